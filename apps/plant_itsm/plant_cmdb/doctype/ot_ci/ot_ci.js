{% include "plant_itsm/public/js/what_if.js" %}
{% include "plant_itsm/public/js/ci_history.js" %}
{% include "plant_itsm/public/js/condition_chart.js" %}

frappe.ui.form.on("OT CI", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Report a fault"), () => report_fault(frm.doc.name));
		frm.add_custom_button(__("History of relations"), () => plant_itsm_show_changes(frm.doc.name));
		show_conditions(frm);
		if (frm.doc.status !== "Active") return;
		if (frappe.model.can_create("CI Lifecycle Event")) {
			frm.add_custom_button(__("Life cycle step"), () =>
				frappe.new_doc("CI Lifecycle Event", { ci: frm.doc.name })
			);
		}
		if (frappe.model.can_create("Refresh Assessment")) {
			frm.add_custom_button(__("Refresh or maintain?"), () =>
				frappe.new_doc("Refresh Assessment", { ci: frm.doc.name })
			);
		}
		frm.add_custom_button(__("What if it fails?"), () => plant_itsm_what_if(frm.doc));
		frm.add_custom_button(__("Failure graph"), () =>
			frappe.set_route("failure-graph", "OT CI", frm.doc.name)
		);
		if (frm.perm[0].write) frm.add_custom_button(__("Retire"), () => plant_itsm_retire(frm));
	},
});

function report_fault(ci) {
	window.open(`/ci/${encodeURIComponent(ci)}`);
}

async function show_conditions(frm) {
	if (!frappe.model.can_read("Condition Indicator")) return;
	const ci = frm.doc.name;
	const { message } = await frappe.call({ method: "plant_itsm.api.maintenance.ci_conditions", args: { ci } });
	if (!message.length || frm.doc.name !== ci) return;
	const section = frm.dashboard.add_section(message.map(() => "<div></div>").join(""), __("Condition"));
	message.forEach((found, place) => plant_itsm.draw_condition(section[0].children[place], found));
}
