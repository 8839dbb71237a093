// The history of a Condition Indicator with the limits of its zones, said in words as well.
frappe.provide("plant_itsm");

const ZONE_COLOURS = { Good: "green", Acceptable: "blue", Warning: "orange", Alarm: "red" };

plant_itsm.condition_heading = ({ indicator, quantity, severity, text }) => {
	const name = frappe.utils.escape_html(indicator);
	const of = quantity ? ` · ${frappe.utils.escape_html(quantity)}` : "";
	const colour = ZONE_COLOURS[severity] || "gray";
	return `<p><a href="/app/condition-indicator/${encodeURIComponent(indicator)}"><b>${name}</b></a>${of}<br>
		<span class="indicator ${colour}">${frappe.utils.escape_html(text)}</span></p>`;
};

// The chart draws its markers so pale that a limit would hardly be seen.
const LIMIT_STYLE = "<style>.condition-chart .y-markers line { stroke: var(--text-muted) !important; }</style>";

// An empty list of markers is more than the chart can take.
const limits_of = ({ limits }) =>
	limits.length
		? {
				yMarkers: limits.map(({ label, value }) => ({
					label: `${label} > ${format_number(value, null, 1)}`,
					value,
					options: { labelPos: "left" },
				})),
			}
		: {};

// Draws into an element; without values only the words stand there.
plant_itsm.draw_condition = (element, found) => {
	element.innerHTML = `${plant_itsm.condition_heading(found)}${LIMIT_STYLE}<div class="condition-chart"></div>`;
	if (!found.labels.length) return;
	new frappe.Chart(element.lastElementChild, {
		type: "line",
		height: 240,
		colors: ["#1d5fa6", "#74b2ea"],
		axisOptions: { xIsSeries: 1 },
		lineOptions: { hideDots: found.labels.length > 30 ? 1 : 0 },
		tooltipOptions: { formatTooltipY: (value) => (value == null ? "" : `${format_number(value, null, 2)} ${found.unit}`) },
		data: {
			labels: found.labels,
			datasets: [
				{ name: __("Mean"), values: found.means },
				{ name: __("Highest"), values: found.highest },
			],
			...limits_of(found),
		},
	});
};
