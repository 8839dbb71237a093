{% include "plant_itsm/public/js/what_if.js" %}

frappe.ui.form.on("Production Line", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("What if it stands?"), () => plant_itsm_what_if(frm.doc));
		frm.add_custom_button(__("Failure graph"), () =>
			frappe.set_route("failure-graph", "Production Line", frm.doc.name)
		);
	},
});
