import { onPersonChange } from "../../api/personChange";
import type { PeopleFilter, PeopleQuery, PeopleSort, PersonStatus, Role, Within } from "../../api/bindings/index";

type Wanted = Omit<PeopleQuery, "search" | "offset" | "limit">;

/** Which people are listed and how they are ordered. It outlives the screen, so that coming back finds it. */
class Filters {
  status = $state<PersonStatus | "">("");
  source = $state("");
  role = $state<Role | "">("");
  group = $state.raw<{ id: string; name: string }>();
  changed = $state<Within | "">("");
  sort = $state<PeopleSort>("name");
  descending = $state(false);

  get set(): boolean {
    return Object.values(this.filter).some((value) => value !== null);
  }

  get filter(): Omit<PeopleFilter, "search"> {
    return {
      status: this.status || null,
      source: this.source || null,
      role: this.role || null,
      groupId: this.group?.id ?? null,
      changed: this.changed || null,
    };
  }

  get query(): Wanted {
    return { ...this.filter, sort: this.sort, descending: this.descending };
  }

  clear(): void {
    this.status = this.source = this.role = this.changed = "";
    this.group = undefined;
  }

  order(sort: PeopleSort): "ascending" | "descending" | undefined {
    if (this.sort !== sort) return undefined;
    return this.descending ? "descending" : "ascending";
  }

  /** A second press on a column turns its order round; what changed last is wanted first. */
  by(sort: PeopleSort): void {
    this.descending = this.sort === sort ? !this.descending : sort === "changed";
    this.sort = sort;
  }
}

export const filters = new Filters();
onPersonChange(() => {
  filters.clear();
  filters.sort = "name";
  filters.descending = false;
});

/** Everybody, by name. */
export const everybody: Wanted = {
  status: null,
  source: null,
  role: null,
  groupId: null,
  changed: null,
  sort: "name",
  descending: false,
};
