{% include "plant_itsm/public/js/condition_chart.js" %}

const API = "plant_itsm.api.maintenance";

frappe.ui.form.on("Condition Indicator", {
	refresh(frm) {
		if (frm.is_new()) return;
		draw(frm, "Day");
		frm.add_custom_button(__("By Hour"), () => draw(frm, "Hour"), __("Chart"));
		frm.add_custom_button(__("By Day"), () => draw(frm, "Day"), __("Chart"));
		if (frm.perm[0].write) frm.add_custom_button(__("Record a Measurement"), () => record(frm));
	},
});

async function draw(frm, period) {
	const args = { indicator: frm.doc.name, period };
	const { message } = await frappe.call({ method: `${API}.condition_history`, args });
	const place = frm.get_field("chart").$wrapper[0];
	plant_itsm.draw_condition(place, message);
}

function record(frm) {
	const fields = [
		{ fieldname: "value", fieldtype: "Float", label: __("Value ({0})", [frm.doc.unit]), reqd: 1, precision: 6 },
		{ fieldname: "at", fieldtype: "Datetime", label: __("Measured at"), description: __("Empty: now.") },
	];
	frappe.prompt(fields, async (values) => {
		const args = { indicator: frm.doc.name, ...values };
		await frappe.call({ method: `${API}.record_measurement`, args, freeze: true });
		frm.reload_doc();
	}, __("Record a Measurement"), __("Record"));
}
