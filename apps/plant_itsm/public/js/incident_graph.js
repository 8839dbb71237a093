// The ways of a failure from its root to the lines of an incident, as a small picture: what fails first stands left.

const PLANT_ITSM_MOST_WAYS = 12;
const PLANT_ITSM_NODE = { width: 132, height: 40, across: 52, along: 168 };

// lines: {line, state, way, cost, cost_per_hour} as plant_itsm.api.incidents.summary gives them; money: to a text.
function plant_itsm_incident_graph(lines, money) {
	const escape = frappe.utils.escape_html;
	const shown = lines.slice(0, PLANT_ITSM_MOST_WAYS);
	const nodes = plant_itsm_places(shown.map(({ way }) => way));
	const by_line = new Map(shown.map((line) => [line.line, line]));
	const { width, height, across, along } = PLANT_ITSM_NODE;
	const [columns, rows] = [
		Math.max(0, ...[...nodes.values()].map(({ rank }) => rank)),
		Math.max(0, ...[...nodes.values()].map(({ row }) => row)),
	];
	const x = ({ rank }) => rank * along;
	const y = ({ row }) => row * across;
	const arrows = [...nodes.values()]
		.filter(({ before }) => before)
		.map((node) => {
			const [from, to] = [nodes.get(node.before), node];
			const [x1, y1, x2, y2] = [x(from) + width, y(from) + height / 2, x(to) - 5, y(to) + height / 2];
			const bend = (x1 + x2) / 2;
			return `<path d="M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}"/>`;
		});
	const boxes = [...nodes].map(([name, node]) => {
		const line = by_line.get(name);
		const per_hour = line?.cost_per_hour ? __("{0} per hour", [money(line.cost_per_hour)]) : "";
		const more = line ? per_hour || __(line.state) : "";
		const kind = line ? (line.state === "Stopped" ? "stopped" : "degraded") : node.before ? "" : "root";
		const label = (text, at, size) =>
			`<text x="${width / 2}" y="${at}" font-size="${size}">${escape(plant_itsm_cut(text))}</text>`;
		return `<g class="${kind}" transform="translate(${x(node)} ${y(node)})"><title>${escape(name)}</title>
			<rect width="${width}" height="${height}" rx="4"/>
			${label(name, more ? 17 : 24, 12)}${more ? label(more, 32, 10.5) : ""}</g>`;
	});
	const told = shown.map(({ way }) => way.join(" → ")).join("; ");
	const [full_width, full_height] = [columns * along + width, rows * across + height];
	const left = lines.length - shown.length;
	return `<div class="plant-itsm-incident-graph"><svg role="img" aria-label="${escape(told)}"
		viewBox="-2 -2 ${full_width + 4} ${full_height + 4}" width="${full_width + 4}" height="${full_height + 4}">
		<defs><marker id="plant-itsm-arrow" viewBox="0 0 6 6" refX="1" refY="3" markerWidth="6" markerHeight="6"
			orient="auto"><path d="M0 0L6 3L0 6z"/></marker></defs>
		${arrows.join("")}${boxes.join("")}</svg></div>
		${left > 0 ? `<p class="text-muted">${__("and {0} more lines", [left])}</p>` : ""}`;
}

// Name -> {rank, row, before}: each node behind what it is reached from, in the middle of what it leads to.
function plant_itsm_places(ways) {
	const nodes = new Map();
	// the longest first: what is the root of one way may lie in the middle of another
	for (const way of [...ways].sort((one, other) => other.length - one.length)) {
		way.forEach((name, place) => {
			if (!nodes.has(name)) nodes.set(name, { rank: place, before: way[place - 1], row: undefined });
		});
	}
	const behind = new Map();
	for (const [name, { before }] of nodes) {
		if (before) behind.set(before, [...(behind.get(before) || []), name]);
	}
	let free = 0;
	const place = (name) => {
		const next = behind.get(name) || [];
		next.forEach(place);
		const rows = next.map((other) => nodes.get(other).row);
		nodes.get(name).row = rows.length ? (rows[0] + rows[rows.length - 1]) / 2 : free++;
	};
	[...nodes].filter(([, { before }]) => !before).forEach(([name]) => place(name));
	return nodes;
}

function plant_itsm_cut(text) {
	return text.length > 21 ? `${text.slice(0, 20)}…` : text;
}

frappe.dom.set_style(
	`.plant-itsm-incident-graph { overflow-x: auto; margin-bottom: var(--margin-sm); }
	.plant-itsm-incident-graph svg { max-width: none; display: block; }
	.plant-itsm-incident-graph rect { fill: var(--fg-color); stroke: var(--gray-500); stroke-width: 1.5; }
	.plant-itsm-incident-graph text { fill: var(--text-color); text-anchor: middle; }
	.plant-itsm-incident-graph .root rect { stroke: var(--text-color); stroke-width: 2.5; }
	.plant-itsm-incident-graph .stopped rect { stroke: var(--red-500); stroke-width: 2.5; }
	.plant-itsm-incident-graph .degraded rect { stroke: var(--orange-500); stroke-width: 2.5; stroke-dasharray: 5 3; }
	.plant-itsm-incident-graph path { fill: none; stroke: var(--red-500); stroke-width: 1.5;
		marker-end: url(#plant-itsm-arrow); }
	.plant-itsm-incident-graph marker path { fill: var(--red-500); stroke: none; marker-end: none; }`,
	"plant-itsm-incident-graph"
);
