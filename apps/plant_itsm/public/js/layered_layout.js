// Columns in the direction in which failures travel: what fails first stands left, or on a narrow screen above.
// A page includes this file; positions are those of Cytoscape's layout "preset".

function layered_positions(graph, { across, along, downward }) {
	const ids = graph.nodes().map((node) => node.id());
	const edges = forward_edges(graph, ids);
	const ranks = ranks_of(ids, edges);
	const columns = [];
	ids.forEach((id) => (columns[ranks.get(id)] ??= []).push(id));
	for (let sweep = 0; sweep < 6; sweep++) untangle(columns, edges);
	const positions = {};
	columns.forEach((column, rank) => {
		column.forEach((id, place) => {
			const [u, v] = [rank * along, (place - (column.length - 1) / 2) * across];
			positions[id] = downward ? { x: v, y: u } : { x: u, y: v };
		});
	});
	return positions;
}

// The [source, target] pairs without those that close a circle.
function forward_edges(graph, ids) {
	const [open, done, forward] = [new Set(), new Set(), []];
	const visit = (id) => {
		open.add(id);
		graph
			.getElementById(id)
			.outgoers("node")
			.forEach((node) => {
				const target = node.id();
				if (open.has(target)) return;
				forward.push([id, target]);
				if (!done.has(target)) visit(target);
			});
		open.delete(id);
		done.add(id);
	};
	ids.forEach((id) => done.has(id) || visit(id));
	return forward;
}

// Each node behind the last of those that lead to it; those that nothing leads to stand close to what they lead to.
function ranks_of(ids, edges) {
	const ranks = new Map(ids.map((id) => [id, 0]));
	for (let changed = true; changed; ) {
		changed = false;
		for (const [source, target] of edges) {
			if (ranks.get(target) > ranks.get(source)) continue;
			ranks.set(target, ranks.get(source) + 1);
			changed = true;
		}
	}
	const has_source = new Set(edges.map(([, target]) => target));
	for (const id of ids.filter((id) => !has_source.has(id))) {
		const next = edges.filter(([source]) => source === id).map(([, target]) => ranks.get(target));
		if (next.length) ranks.set(id, Math.min(...next) - 1);
	}
	return ranks;
}

// Order each column by the mean place of the neighbours in the others.
function untangle(columns, edges) {
	const places = new Map();
	columns.forEach((column) =>
		column.forEach((id, place) => places.set(id, place - (column.length - 1) / 2))
	);
	const mean = (id) => {
		const ends = edges.filter((edge) => edge.includes(id)).map(([a, b]) => places.get(a === id ? b : a));
		return ends.length ? ends.reduce((sum, place) => sum + place, 0) / ends.length : places.get(id);
	};
	columns.forEach((column) => {
		const means = new Map(column.map((id) => [id, mean(id)]));
		column.sort((a, b) => means.get(a) - means.get(b));
		column.forEach((id, place) => places.set(id, place - (column.length - 1) / 2));
	});
}
