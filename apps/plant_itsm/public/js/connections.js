// Testing and browsing an OT Connection: asked for by its form and by the page Plant Setup.
frappe.provide("plant_itsm.connections");

(() => {
	plant_itsm.connections.test = async (connection) => {
		const { message: findings } = await frappe.call({
			method: "plant_itsm.api.connections.test_connection",
			args: { connection },
			freeze: true,
			freeze_message: __("Looking at {0}", [connection]),
		});
		const dialog = new frappe.ui.Dialog({
			title: __("Findings at {0}", [connection]),
			size: "extra-large",
			fields: [{ fieldtype: "HTML", fieldname: "findings" }],
		});
		dialog.fields_dict.findings.$wrapper.html(findings.map(finding_html).join(""));
		dialog.show();
	};

	const COLOURS = { ok: "green", warning: "orange", error: "red" };
	const severities = () => ({ ok: __("fine"), warning: __("warning"), error: __("error") });

	// What names a value of this connection stays in the doctor's own words.
	function finding_html(finding) {
		const text = frappe.utils.escape_html;
		const more = [];
		if (finding.consequence) more.push(`${__("Consequence")}: ${text(__(finding.consequence))}`);
		if (finding.remedy) {
			const lines = text(__(finding.remedy)).replaceAll("\n", "<br>");
			more.push(`${__("Remedy")}: <code>${lines}</code>`);
		}
		return `<div class="mb-3">
			<span class="indicator-pill ${COLOURS[finding.severity]}">${severities()[finding.severity]}</span>
			<b>${text(__(finding.check))}</b>: ${text(__(finding.what))}
			${more.map((line) => `<div class="ml-4 text-muted">${line}</div>`).join("")}
		</div>`;
	}

	// Nodes, alarms or topics of a connection. A click on a value or an alarm opens a new Signal Rule for it.
	const RULES_OF_ALARMS = ["all alarms", "alarm source", "alarm condition"];

	const KINDS = {
		"all alarms": () => __("all alarms"),
		"alarm source": () => __("alarm source"),
		"alarm condition": () => __("alarm condition"),
		object: () => __("object"),
		list: () => __("list"),
		text: () => __("text"),
		number: () => __("number"),
		"true/false": () => __("true/false"),
	};
	const kind_text = (kind) => (kind in KINDS ? KINDS[kind]() : kind);

	class ConnectionBrowser {
		constructor({ name, protocol }) {
			this.connection = name;
			this.is_mqtt = protocol === "MQTT";
			this.dialog = new frappe.ui.Dialog({
				title: __("Browse {0}", [this.connection]),
				size: "extra-large",
				fields: [
					{
						fieldtype: "Data",
						fieldname: "under",
						label: this.is_mqtt ? __("Topic or topic filter") : __("Node id"),
						description: this.is_mqtt
							? __("Empty for all topics. Retained values come at once, others within seconds.")
							: __("Empty for the Objects folder. A click on a node without a value opens it, one on alarms lists their sources."),
					},
					{ fieldtype: "HTML", fieldname: "items" },
				],
				primary_action_label: __("Look"),
				primary_action: () => this.look(),
			});
		}

		show() {
			this.dialog.show();
			this.look();
		}

		async look() {
			const { message: found } = await frappe.call({
				method: "plant_itsm.api.connections.browse",
				args: { connection: this.connection, under: this.dialog.get_value("under") || null },
				freeze: true,
				freeze_message: __("Looking at {0}", [this.connection]),
			});
			this.items = found.items;
			const rows = found.items.map((item, number) => this.row(item, number)).join("");
			let note = found.is_whole ? "" : __("There is more: look under a part of it.");
			if (!rows) note = __("Nothing was found here.");
			const wrapper = this.dialog.fields_dict.items.$wrapper;
			wrapper.html(
				`<table class="table table-sm table-hover"><tbody>${rows}</tbody></table>
				<p class="text-muted">${note}</p>`
			);
			wrapper.find("a[data-number]").on("click", (event) => {
				event.preventDefault();
				this.choose(this.items[event.currentTarget.dataset.number]);
			});
		}

		row(item, number) {
			const text = frappe.utils.escape_html;
			const title = item.value_path ? "" : text(item.address);
			return `<tr>
				<td style="padding-left: ${1 + item.depth}rem">
					<a href="#" data-number="${number}" title="${title}">${text(item.name)}</a>
				</td>
				<td class="text-muted">${text(kind_text(item.kind))}</td>
				<td>${item.value === null ? "" : text(item.value)}</td>
			</tr>`;
		}

		choose(item) {
			if (RULES_OF_ALARMS.includes(item.kind)) {
				this.new_rule({ address: item.address, condition: "=", condition_value: "true" });
			} else if (item.value === null) {
				this.dialog.set_value("under", item.address).then(() => this.look());
			} else {
				this.new_rule({ address: item.address, value_path: item.value_path || "" });
			}
		}

		async new_rule(values) {
			this.dialog.hide();
			const ci = await ci_named_in(values.address);
			const known = ci ? { ci, rule_name: [ci, values.value_path].filter(Boolean).join(" ") } : {};
			frappe.new_doc("Signal Rule", { connection: this.connection, ...known, ...values });
		}
	}

	// Plants name a CI in its topics and nodes.
	async function ci_named_in(address) {
		const words = address.split(/[\s/.;=()]+/).filter(Boolean);
		const [found] = await frappe.db.get_list("OT CI", { filters: { name: ["in", words] }, limit: 1 });
		return found?.name;
	}

	// Who comes to a form from Plant Setup finds the way back.
	const MADE_IN_SETUP = ["OT CI", "OT Connection", "Signal Rule"];

	$(document).on("form-refresh", (_event, frm) => {
		if (!plant_itsm.in_setup || frm.is_new() || !MADE_IN_SETUP.includes(frm.doctype)) return;
		const back = frm.add_custom_button(__("Back to Plant Setup"), () => frappe.set_route("plant-setup"));
		back.removeClass("btn-default").addClass("btn-primary");
	});

	plant_itsm.connections.browse = (connection) => new ConnectionBrowser(connection).show();
})();
