const API = "plant_itsm.api.maintenance";

frappe.ui.form.on("Spare Unit", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0].write) return;
		if (frm.doc.state === "Ready") frm.add_custom_button(__("Reserve"), () => reserve(frm));
		if (frm.doc.state === "Reserved") {
			frm.add_custom_button(__("Activate"), () => activate(frm));
			frm.add_custom_button(__("Release"), () => act(frm, "release_spare"));
		}
	},
});

function reserve(frm) {
	const field = {
		fieldname: "line_stop",
		fieldtype: "Link",
		options: "Line Stop",
		label: __("For the incident"),
		reqd: 1,
		get_query: () => ({ filters: { status: "Open" } }),
	};
	frappe.prompt(field, (values) => act(frm, "reserve_spare", values), __("Reserve"), __("Reserve"));
}

function activate(frm) {
	const text = __("{0} now does the work of the CI that has failed. Is it in place?", [frm.doc.name]);
	frappe.confirm(text, () => act(frm, "activate_spare"));
}

async function act(frm, method, more = {}) {
	const args = { unit: frm.doc.name, ...more };
	await frappe.call({ method: `${API}.${method}`, args, freeze: true });
	frm.reload_doc();
}
