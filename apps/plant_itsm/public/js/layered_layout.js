// Columns in the direction in which failures travel: what fails first stands left, or on a narrow screen above. An edge
// past a column gets a place of its own there, so that it passes no node. After Sugiyama: ranks, order, places.
// A page includes this file; positions are those of Cytoscape's layout "preset".

function arrange_in_columns(graph, { across, along, thickness, downward }) {
	const ids = graph.nodes().map((node) => node.id());
	const edges = forward_edges(graph, ids);
	const ranks = ranks_of(ids, edges);
	const columns = [];
	ids.forEach((id) => (columns[ranks.get(id)] ??= []).push(id));
	const chains = edges.map(([source, target]) => chain_of(source, target, ranks, columns));
	const links = chains.flatMap((chain) => chain.slice(1).map((id, place) => [chain[place], id]));
	for (let sweep = 0; sweep < 8; sweep++) untangle(columns, links);
	const positions = {};
	columns.forEach((column, rank) => {
		column.forEach((id, place) => {
			const [u, v] = [rank * along, (place - (column.length - 1) / 2) * across];
			positions[id] = downward ? { x: v, y: u } : { x: u, y: v };
		});
	});
	const half = downward ? { x: 0, y: thickness / 2 } : { x: thickness / 2, y: 0 };
	chains.forEach((chain) => bend(graph, chain, positions, half));
	return positions;
}

// The [source, target] pairs, each once, without those that close a circle.
function forward_edges(graph, ids) {
	const [open, done, forward] = [new Set(), new Set(), []];
	const visit = (id) => {
		open.add(id);
		const targets = new Set(graph.getElementById(id).outgoers("node").map((node) => node.id()));
		for (const target of targets) {
			if (open.has(target)) continue;
			forward.push([id, target]);
			if (!done.has(target)) visit(target);
		}
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

// An edge as the nodes it leads along, with a place kept free in each column that it passes.
function chain_of(source, target, ranks, columns) {
	const chain = [source];
	for (let rank = ranks.get(source) + 1; rank < ranks.get(target); rank++) {
		const place = `${source} | ${target} | ${rank}`;
		columns[rank].push(place);
		chain.push(place);
	}
	return [...chain, target];
}

// Order each column by the mean place of the neighbours in the columns beside it.
function untangle(columns, links) {
	const places = new Map();
	const keep = (column) =>
		column.forEach((id, place) => places.set(id, place - (column.length - 1) / 2));
	columns.forEach(keep);
	const beside = new Map();
	for (const [a, b] of links) {
		beside.set(a, [...(beside.get(a) ?? []), b]);
		beside.set(b, [...(beside.get(b) ?? []), a]);
	}
	const mean = (id) => {
		const ends = beside.get(id) ?? [id];
		return ends.reduce((sum, end) => sum + places.get(end), 0) / ends.length;
	};
	columns.forEach((column) => {
		const means = new Map(column.map((id) => [id, mean(id)]));
		column.sort((a, b) => means.get(a) - means.get(b));
		keep(column);
	});
}

// Lead the edges between two nodes through their places, straight past the nodes beside them, in the terms of
// Cytoscape's curve style "segments".
function bend(graph, chain, positions, half) {
	const [start, end] = [positions[chain[0]], positions[chain[chain.length - 1]]];
	const [dx, dy] = [end.x - start.x, end.y - start.y];
	const length = Math.hypot(dx, dy) || 1;
	const points = chain.slice(1, -1).flatMap((id) => {
		const [x, y] = [positions[id].x - start.x, positions[id].y - start.y];
		return [
			[x - half.x, y - half.y],
			[x + half.x, y + half.y],
		];
	});
	const edges = graph
		.getElementById(chain[0])
		.edgesTo(graph.getElementById(chain[chain.length - 1]));
	edges.data({
		bends: points.length || undefined,
		weights: points.map(([x, y]) => (x * dx + y * dy) / length ** 2),
		distances: points.map(([x, y]) => (y * dx - x * dy) / length),
	});
}
