// Site, area, line, work cell, CI and its parts; each branch is asked for when it is opened.
// The keys are those of the tree pattern of the ARIA Authoring Practices.

(() => {
	const OPENED_SITES = 3; // so few are opened at once

	frappe.pages["equipment-tree"].on_page_load = (wrapper) => {
		new EquipmentTree(wrapper);
	};

	class EquipmentTree {
		constructor(wrapper) {
			const page = frappe.ui.make_app_page({
				parent: wrapper,
				title: __("Equipment Tree"),
				single_column: true,
			});
			page.set_secondary_action(__("Refresh"), () => this.load(), "refresh");
			this.$tree = $(`<div class="equipment-tree"></div>`).appendTo(page.main);
			const help = __("Arrow keys move and open, Enter shows the record.");
			$(`<p class="text-muted"></p>`).text(help).appendTo(page.main);
			this.$tree.on("keydown", "[role=treeitem]", (event) => this.key(event));
			this.$tree.on("click", "[role=treeitem]", (event) => this.click(event));
			this.load();
		}

		async load() {
			const $root = $(`<ul role="tree"></ul>`).attr("aria-label", __("Equipment Tree"));
			this.$tree.empty().append($root);
			await this.fill($root, {}, 1);
			const $sites = $root.find("> li > [role=treeitem]");
			$sites.first().attr("tabindex", 0);
			if ($sites.length <= OPENED_SITES) $sites.each((_, site) => this.open($(site)));
		}

		async fill($list, parent, level) {
			const found = await frappe.xcall("plant_itsm.api.equipment_tree.children", parent);
			found.nodes.forEach((node) => $list.append(this.item(node, level)));
			if (found.shown < found.total) {
				const more = __("{0} of {1} shown", [found.shown, found.total]);
				$(`<li class="text-muted" role="none"></li>`).text(more).appendTo($list);
			}
		}

		// A row is the item, not the list element around it: its text is its name, without those of what lies below it.
		item(node, level) {
			const about = [node.title !== node.name && node.title, node.detail].filter(Boolean).join(", ");
			const $row = $(`<div class="equipment-tree-row" role="treeitem" tabindex="-1"></div>`).append(
				$(`<span class="equipment-tree-twist" aria-hidden="true"></span>`).text(node.may_open ? "▸" : ""),
				$(`<span class="text-muted"></span>`).text(__(node.kind)),
				$(`<strong></strong>`).text(node.name),
				$(`<span class="text-muted"></span>`).text(about)
			);
			if (node.state) {
				$(`<span class="equipment-tree-state"></span>`).text(`■ ${__(node.state)}`).appendTo($row);
			}
			$row.attr("aria-level", level).data({ node, level });
			if (node.may_open) $row.attr("aria-expanded", "false");
			return $(`<li role="none"></li>`).append($row);
		}

		async open($item) {
			if ($item.attr("aria-expanded") !== "false") return;
			this.twist($item, true);
			if (!$item.next("ul").length) {
				const { node, level } = $item.data();
				const $list = $(`<ul role="group"></ul>`).insertAfter($item);
				await this.fill($list, { kind: node.kind, name: node.name }, level + 1);
			}
			$item.next("ul").show();
		}

		close($item) {
			this.twist($item, false);
			$item.next("ul").hide();
		}

		twist($item, is_open) {
			$item.attr("aria-expanded", String(is_open));
			$item.children(".equipment-tree-twist").text(is_open ? "▾" : "▸");
		}

		click(event) {
			const $item = $(event.currentTarget);
			this.focus($item);
			const on_name = $(event.target).is("strong");
			const expanded = $item.attr("aria-expanded");
			if (on_name || !expanded) return this.show($item);
			expanded === "true" ? this.close($item) : this.open($item);
		}

		show($item) {
			const { node } = $item.data();
			frappe.set_route("Form", node.kind, node.name);
		}

		focus($item) {
			if (!$item.length) return;
			this.$tree.find("[tabindex=0]").attr("tabindex", -1);
			$item.attr("tabindex", 0).trigger("focus");
		}

		key(event) {
			const $item = $(event.currentTarget);
			const $shown = this.$tree.find("[role=treeitem]:visible");
			const place = $shown.index($item);
			const is_open = $item.attr("aria-expanded") === "true";
			const moves = {
				ArrowDown: () => this.focus($shown.eq(place + 1)),
				ArrowUp: () => place && this.focus($shown.eq(place - 1)),
				ArrowRight: () => (is_open ? this.focus($shown.eq(place + 1)) : this.open($item)),
				ArrowLeft: () => (is_open ? this.close($item) : this.focus($item.closest("ul").prev("[role=treeitem]"))),
				Home: () => this.focus($shown.first()),
				End: () => this.focus($shown.last()),
				Enter: () => this.show($item),
			};
			if (!moves[event.key]) return;
			event.preventDefault();
			event.stopPropagation();
			moves[event.key]();
		}
	}
})();
