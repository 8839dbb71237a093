{% include "plant_itsm/public/js/what_if.js" %}
{% include "plant_itsm/public/js/ci_history.js" %}

frappe.ui.form.on("OT CI", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Report a fault"), () => report_fault(frm.doc.name));
		frm.add_custom_button(__("History of relations"), () => plant_itsm_show_changes(frm.doc.name));
		if (frm.doc.status !== "Active") return;
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
