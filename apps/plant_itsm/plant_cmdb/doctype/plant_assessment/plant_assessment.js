frappe.ui.form.on("Plant Assessment", {
	setup(frm) {
		frm.set_query("baseline", () => ({
			filters: {
				plant_site: frm.doc.plant_site,
				assessed_on: ["<", frm.doc.assessed_on],
				name: ["!=", frm.doc.name],
			},
		}));
	},

	refresh(frm) {
		frm.get_field("answers").grid.cannot_add_rows = true;
		if (frm.is_new()) return;
		show_progress(frm);
		if (frappe.model.can_create("Plant Assessment")) {
			frm.add_custom_button(__("Re-assess"), () =>
				frappe.new_doc("Plant Assessment", {
					plant_site: frm.doc.plant_site,
					kind: "Re-assessment",
					baseline: frm.doc.name,
				})
			);
		}
	},
});

function show_progress(frm) {
	const { answered, asked, overall_score, kind, difference } = frm.doc;
	const change = kind === "Re-assessment" ? ` (${difference >= 0 ? "+" : ""}${difference.toFixed(2)})` : "";
	frm.dashboard.clear_headline();
	frm.dashboard.set_headline(
		answered
			? __("{0} of 5{1}, {2} of {3} questions answered", [overall_score.toFixed(2).bold(), change, answered, asked])
			: __("None of the {0} questions is answered yet.", [asked])
	);
}
