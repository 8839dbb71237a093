// Rehearsing a line stop: asked for by the form of a Signal Rule and by the page Plant Setup.
frappe.provide("plant_itsm.drill");

(() => {
	const API = "plant_itsm.api.drills";
	const LOOK_MS = 700;
	const GIVE_UP_MS = 90_000;
	const GOES_ON = ["Queued", "Running"];
	const STAGES = {
		"Signal in the stream": () => __("Signal in the stream"),
		"Judged by the rule": () => __("Judged by the rule"),
		"Line Stop open": () => __("Line Stop open"),
		"Ticket made": () => __("Ticket made"),
		"You are told": () => __("You are told"),
	};

	// Starts a drill and shows how it goes; `done` is called when the dialog closes.
	plant_itsm.drill.rehearse = async (rule, done = () => {}) => {
		const drill = await frappe.xcall(`${API}.rehearse`, { rule });
		const dialog = new frappe.ui.Dialog({
			title: __("Rehearsing {0}", [rule]),
			fields: [{ fieldtype: "HTML", fieldname: "progress" }],
			primary_action_label: __("Clean up"),
			primary_action: async () => {
				await plant_itsm.drill.clean_up(drill);
				dialog.hide();
			},
		});
		dialog.onhide = done;
		dialog.show();
		follow(dialog, drill, Date.now());
	};

	plant_itsm.drill.clean_up = async (drill) => {
		await frappe.call({ method: `${API}.clean_up`, args: { drill }, freeze: true });
		frappe.show_alert({ message: __("The drill is cleaned up."), indicator: "green" });
	};

	async function follow(dialog, drill, since_ms) {
		const state = await frappe.xcall(`${API}.progress`, { drill });
		dialog.fields_dict.progress.$wrapper.html(progress_html(state));
		dialog.get_primary_btn().toggle(GOES_ON.includes(state.status));
		if (dialog.is_visible && is_on_its_way(state) && Date.now() - since_ms < GIVE_UP_MS) {
			setTimeout(() => follow(dialog, drill, since_ms), LOOK_MS);
		}
	}

	const is_on_its_way = ({ status, stages }) =>
		GOES_ON.includes(status) && stages.some(({ seconds }) => seconds === null);

	function progress_html(state) {
		const esc = frappe.utils.escape_html;
		const rows = state.stages.map(
			({ stage, seconds }) => `<tr>
				<td style="width: 2rem" aria-hidden="true">${seconds === null ? "…" : "✓"}</td>
				<td>${STAGES[stage]()}</td>
				<td class="text-right">${seconds === null ? "" : __("{0} s", [seconds])}</td>
			</tr>`
		);
		const links = [
			state.line_stop && `<a href="/app/line-stop/${encodeURIComponent(state.line_stop)}">${esc(state.title)}</a>`,
			state.ticket &&
				`<a href="/helpdesk/tickets/${encodeURIComponent(state.ticket)}">${__("Ticket {0}", [esc(state.ticket)])}</a>`,
			state.priority && `<b>${esc(state.priority)}</b>`,
		].filter(Boolean);
		return `<p role="status"><b>${__(state.status)}</b>${state.remark ? ` – ${esc(state.remark)}` : ""}</p>
			<table class="table table-sm">${rows.join("")}</table>
			<p>${links.join(" · ")}</p>
			<p class="text-muted">${hint(state)}</p>`;
	}

	function hint({ status, clean_up_at }) {
		if (!GOES_ON.includes(status)) return "";
		const until = frappe.datetime.str_to_user(clean_up_at);
		return __("Only you are told. Nothing of it counts, and all is removed by {0} at the latest.", [until]);
	}
})();
