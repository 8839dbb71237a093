frappe.pages["plant-now"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({
		parent: wrapper,
		title: __("Plant Now"),
		single_column: true,
	});
	wrapper.plant_now = new PlantNow(page);
};

frappe.pages["plant-now"].on_page_show = (wrapper) => wrapper.plant_now.start();
frappe.pages["plant-now"].on_page_hide = (wrapper) => wrapper.plant_now.stop();

const REFRESH_MS = 30_000;
const QUIET_MS = 300;
const TICK_MS = 1_000;
const HOUR_MS = 3_600_000;
const NO_ACTION = ["Running", "No Production Planned", "Planned Stop"];

// A sign beside each state, because colour alone does not reach everybody.
const SIGNS = {
	Stopped: { sign: "■", tone: "red" },
	"Living on Its Buffer": { sign: "◔", tone: "orange" },
	Degraded: { sign: "▲", tone: "orange" },
	"Loss of View": { sign: "?", tone: "yellow" },
	"Starved or Blocked": { sign: "…", tone: "blue" },
	"Planned Stop": { sign: "‖", tone: "grey" },
	"No Production Planned": { sign: "–", tone: "grey" },
	Running: { sign: "▶", tone: "green" },
};

// The lines of the plant, the worst first. Asks again when a Line Stop changes, and each half minute; money and clocks
// tick in between.
class PlantNow {
	constructor(page) {
		this.page = page;
		this.body = $(`<div class="plant-now">
			<div class="plant-now-summary" role="status" aria-live="polite"></div>
			<div class="plant-now-drills"></div>
			<div class="plant-now-lines"></div>
		</div>`).appendTo(page.main);
		this.area = page.add_field({
			fieldname: "plant_area",
			fieldtype: "Link",
			options: "Plant Area",
			label: __("Plant area"),
			change: () => this.refresh(),
		});
		page.set_secondary_action(__("Wall screen"), () => this.toggle_wall());
		page.add_menu_item(__("Line Stops"), () => frappe.set_route("List", "Line Stop"));
		this.on_change = frappe.utils.debounce(() => this.refresh(), QUIET_MS);
		$(document).on("keydown.plant-now", ({ key }) => {
			if (key === "Escape") this.toggle_wall(false); // returns nothing: at false, jQuery keeps each key from the Desk
		});
	}

	start() {
		frappe.realtime.doctype_subscribe("Line Stop");
		frappe.realtime.on("list_update", this.listener);
		this.refreshing = setInterval(() => this.refresh(), REFRESH_MS);
		this.ticking = setInterval(() => this.tick(), TICK_MS);
		this.toggle_wall(Boolean(frappe.utils.get_url_arg("wall")));
		this.refresh();
	}

	stop() {
		clearInterval(this.refreshing);
		clearInterval(this.ticking);
		frappe.realtime.off("list_update", this.listener);
		this.toggle_wall(false);
	}

	listener = (data) => data.doctype === "Line Stop" && this.on_change();

	toggle_wall(on = !document.body.classList.contains("plant-now-wall")) {
		document.body.classList.toggle("plant-now-wall", on);
	}

	async refresh() {
		const answer = await frappe.xcall("plant_itsm.api.plant_now.lines", {
			plant_area: this.area.get_value() || null,
		});
		this.lines = answer.lines;
		this.ahead_ms = new Date(answer.now) - Date.now();
		this.received_ms = Date.now();
		this.show_summary(answer);
		this.show_drills(answer.drills);
		this.show_lines();
		this.tick();
	}

	now() {
		return Date.now() + this.ahead_ms;
	}

	show_summary({ lines, cost_per_hour }) {
		const stopped = lines.filter((line) => line.standing === "Stopped").length;
		const money = cost_per_hour.map((amount) => format_money(amount)).join(" + ");
		const text = stopped
			? __("{0} of {1} lines stand still", [stopped, lines.length])
			: __("{0} lines, none stands still", [lines.length]);
		this.body
			.find(".plant-now-summary")
			.html(`<span>${text}</span>${money ? `<b>${__("{0} per hour", [money])}</b>` : ""}`);
	}

	show_drills(drills) {
		const links = drills.map(
			({ name, title }) =>
				`<a class="indicator-pill blue" href="/app/line-stop/${encodeURIComponent(name)}">${frappe.utils.escape_html(
					title
				)}</a>`
		);
		this.body.find(".plant-now-drills").html(links.join(" "));
	}

	show_lines() {
		const cards = this.lines.map((line, place) => this.card(line, place)).join("");
		this.body
			.find(".plant-now-lines")
			.html(cards || `<p class="text-muted">${__("There is no production line that you may see.")}</p>`);
		this.body.find("[data-act]").on("click", (event) => this.act(event.currentTarget.dataset));
	}

	card(line, place) {
		const { sign, tone } = SIGNS[line.standing];
		const esc = frappe.utils.escape_html;
		return `<section class="plant-now-line ${tone}" aria-label="${esc(line.line)}" data-place="${place}">
			<header>
				<span class="plant-now-sign" aria-hidden="true">${sign}</span>
				<a href="/app/production-line/${encodeURIComponent(line.line)}">${esc(line.line)}</a>
				<span class="plant-now-standing">${__(line.standing)}</span>
			</header>
			<div class="text-muted">${esc([line.area, line.product].filter(Boolean).join(" · "))}</div>
			${line.since ? this.trouble(line) : ""}
		</section>`;
	}

	trouble(line) {
		const esc = frappe.utils.escape_html;
		const incident = line.incident;
		const people = incident.technician || incident.acknowledged_by;
		const who = people ? esc(frappe.user.full_name(people)) : __("nobody yet");
		const money = line.cost_per_hour
			? `<div class="plant-now-money"><b data-money></b> <span class="text-nowrap">${__("so far, {0} per hour", [
					format_money(line.cost_per_hour),
			  ])}</span></div>`
			: "";
		return `<div class="plant-now-clock">${__("since")} ${local_time(line.since)} · <span data-since></span></div>
			${line.stops_at ? `<div class="plant-now-due">${__("stops")} <span data-stops></span></div>` : ""}
			${money}
			<div><a href="/app/line-stop/${encodeURIComponent(incident.name)}">${esc(incident.title)}</a>
				${incident.priority ? `<span class="indicator-pill no-indicator-dot red">${esc(incident.priority)}</span>` : ""}</div>
			<div>${__(incident.stage || "Detected")} · ${__("on it")}: ${who}</div>
			<div data-dispatch></div>
			<div data-escalation class="text-muted"></div>
			${this.buttons(line)}`;
	}

	buttons({ incident, standing }) {
		if (NO_ACTION.includes(standing)) return "";
		const name = frappe.utils.escape_html(incident.name);
		const acknowledge = incident.acknowledged_by
			? ""
			: `<button class="btn btn-xs btn-primary" data-act="acknowledge" data-stop="${name}">
				${__("Acknowledge")}</button>`;
		const ticket = incident.ticket
			? `<a class="btn btn-xs btn-default" href="/helpdesk/tickets/${encodeURIComponent(incident.ticket)}">
				${__("Ticket {0}", [incident.ticket])}</a>`
			: "";
		return `<div class="plant-now-buttons">${acknowledge}${ticket}</div>`;
	}

	async act({ act, stop }) {
		await frappe.xcall(`plant_itsm.api.line_stops.${act}`, { line_stop: stop });
		this.refresh();
	}

	tick() {
		if (!this.lines) return;
		this.body.find(".plant-now-line").each((_index, card) => {
			const line = this.lines[card.dataset.place];
			if (line.since) this.tick_line($(card), line);
		});
	}

	tick_line(card, line) {
		const now = this.now();
		card.find("[data-since]").text(span_text(now - new Date(line.since)));
		card.find("[data-stops]").text(until_text(line.stops_at, now));
		const { dispatch_due_at } = line.incident;
		if (dispatch_due_at) {
			const late = new Date(dispatch_due_at) < now;
			card.find("[data-dispatch]")
				.toggleClass("plant-now-due", late)
				.text(`${__("dispatch due")} ${until_text(dispatch_due_at, now)}`);
		}
		if (line.escalation) {
			card.find("[data-escalation]").text(
				`${__("next")}: ${line.escalation.step} ${until_text(line.escalation.at, now)}`
			);
		}
		if (line.cost_per_hour && line.cost_so_far) {
			const running = line.standing === "Stopped" && line.is_planned;
			const since_ms = running ? Date.now() - this.received_ms : 0;
			const amount = Number(line.cost_so_far.amount) + (Number(line.cost_per_hour.amount) * since_ms) / HOUR_MS;
			card.find("[data-money]").text(format_money({ ...line.cost_so_far, amount }));
		}
	}
}

// Amounts come as text; format_currency would read a text by the user's own number format.
function format_money({ amount, currency }) {
	return format_currency(Number(amount), currency);
}

function local_time(moment) {
	return new Date(moment).toLocaleTimeString(frappe.boot.lang, { hour: "2-digit", minute: "2-digit" });
}

function span_text(ms) {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
	return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function until_text(moment, now) {
	if (!moment) return "";
	const left = new Date(moment) - now;
	return left >= 0 ? __("in {0}", [span_text(left)]) : __("{0} ago", [span_text(-left)]);
}
