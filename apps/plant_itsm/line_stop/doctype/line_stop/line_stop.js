frappe.ui.form.on("Line Stop", {
	refresh(frm) {
		frm.dashboard.clear_headline();
		if (frm.is_new() || frm.doc.status !== "Open") return;
		const { kind, onset, currency, cost_per_hour } = frm.doc;
		const begun = [__(kind), frappe.datetime.str_to_user(onset)];
		const headline = currency
			? __("{0} since {1}: {2} per hour", [...begun, format_currency(cost_per_hour, currency)])
			: __("{0} since {1}: not priced", begun);
		frm.dashboard.set_headline(headline, "red");
	},
});
