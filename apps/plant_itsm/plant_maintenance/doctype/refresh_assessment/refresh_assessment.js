const COLOURS = { Refresh: "orange", Maintain: "green" };

frappe.ui.form.on("Refresh Assessment", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (!frm.doc.advice) {
			frm.dashboard.set_headline(frappe.utils.escape_html(frm.doc.explanation), "orange");
			return;
		}
		const money = (amount) => format_currency(Number(amount), frm.doc.currency);
		const text = __("{0}: keeping it costs {1}, replacing it {2} in net present cost over {3} years", [
			__(frm.doc.advice),
			money(frm.doc.keep_cost),
			money(frm.doc.replace_cost),
			frm.doc.years,
		]);
		frm.dashboard.set_headline(text, COLOURS[frm.doc.advice]);
		draw_years(frm);
	},
});

// What both ways cost year by year; the purchase falls due before the first one.
function draw_years(frm) {
	const $section = frm.dashboard.add_section("<div class='refresh-years'></div>", __("Year by year"));
	const years = frm.doc.year_costs;
	new frappe.Chart($section.find(".refresh-years")[0], {
		type: "bar",
		height: 220,
		colors: ["#cb6d29", "#1d5fa6"],
		axisOptions: { shortenYAxisNumbers: 1 },
		tooltipOptions: { formatTooltipY: (value) => format_currency(Number(value), frm.doc.currency) },
		data: {
			labels: [__("Purchase"), ...years.map((row) => __("Year {0}", [row.year]))],
			datasets: [
				{ name: __("Keep"), values: [0, ...years.map((row) => Number(row.keep_cost))] },
				{
					name: __("Replace"),
					values: [Number(frm.doc.purchase_cost), ...years.map((row) => Number(row.replace_cost))],
				},
			],
		},
	});
}
