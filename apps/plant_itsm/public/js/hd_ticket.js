// The ticket of a line stop in the Desk: what the incident costs, who is on it, what comes next, how the failure gets to
// the lines, which steps are done.
frappe.ui.form.on("HD Ticket", {
	async refresh(frm) {
		const line_stop = frm.doc.plant_line_stop;
		if (!line_stop) return;
		frm.add_custom_button(__("Line Stop"), () => frappe.set_route("Form", "Line Stop", line_stop));
		const now = await frappe.xcall("plant_itsm.api.incidents.summary", { line_stop });
		if (frm.doc.plant_line_stop === line_stop) {
			frm.dashboard.add_section(plant_itsm_incident_html(now), __("Line stop"));
			frm.dashboard.show();
		}
	},
});

function plant_itsm_incident_html(now) {
	const escape = frappe.utils.escape_html;
	// amounts come as text; format_currency would read a text by the user's own number format
	const money = ({ amount, currency }) => format_currency(Number(amount), currency);
	const people = now.people.map((person) => escape(frappe.user.full_name(person))).join(", ");
	const facts = [
		`${__(now.stage)} · ${people || __("nobody on it yet")}`,
		now.cost ? __("{0} so far", [money(now.cost)]) : "",
		now.cost_per_hour ? __("{0} per hour", [money(now.cost_per_hour)]) : "",
		now.next ? `${__("next")}: ${escape(now.next.step)}` : "",
	].filter(Boolean);
	const lines = (text) => escape(text).split("\n").join("<br>");
	const steps = now.steps.map(
		({ step, done, result }) =>
			`<li>${done ? "✓" : "○"} ${escape(step)}${result ? `<div class="text-muted ml-4">${lines(result)}</div>` : ""}</li>`
	);
	const graph = now.lines.length ? plant_itsm_incident_graph(now.lines, money) : "";
	return `<p>${facts.join("<br>")}</p>${graph}<ul class="list-unstyled">${steps.join("")}</ul>`;
}
