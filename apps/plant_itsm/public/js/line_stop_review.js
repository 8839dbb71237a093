// On Line Stop, under "Learn": its Post Incident Review, and a Problem Record behind it.

frappe.ui.form.on("Line Stop", {
	refresh(frm) {
		if (frm.is_new()) return;
		const may = (doctype) => frappe.model.can_create(doctype);
		if (may("Post Incident Review")) {
			frm.add_custom_button(__("Review"), () => plant_itsm_review(frm), __("Learn"));
		}
		if (may("Problem Record")) {
			frm.add_custom_button(__("Problem"), () => plant_itsm_problem(frm), __("Learn"));
		}
	},
});

function plant_itsm_review(frm) {
	plant_itsm_open_made("Post Incident Review", "start_review", { line_stop: frm.doc.name });
}

function plant_itsm_problem(frm) {
	frappe.prompt(
		[
			{
				fieldname: "title",
				fieldtype: "Data",
				label: __("What keeps happening"),
				default: frm.doc.title,
				reqd: 1,
			},
			{
				fieldname: "others",
				fieldtype: "MultiSelectList",
				label: __("Other stops of the same problem"),
				get_data: (text) =>
					frappe.db.get_link_options("Line Stop", text, { name: ["!=", frm.doc.name] }),
			},
		],
		({ title, others }) =>
			plant_itsm_open_made("Problem Record", "raise_problem", {
				line_stops: [frm.doc.name, ...(others || [])],
				title,
			}),
		__("A problem behind stops"),
		__("Create")
	);
}

async function plant_itsm_open_made(doctype, method, args) {
	const made = await frappe.call({ method: `plant_itsm.api.reviews.${method}`, args, freeze: true });
	frappe.set_route("Form", doctype, made.message);
}
