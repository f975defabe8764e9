//! A page that is cut out of matches as they are found, without holding them: ids and sort keys only, and of those
//! not many more than the page needs.

use scim::list::{SortKey, compare_keys};

/// How many characters of a text a sort looks at. What begins alike is in the order of ids.
const LONGEST_KEY: usize = 256;

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageStart {
    /// After so many matches.
    Offset(u64),
    /// Behind this id, in the order of ids.
    After(String),
    /// The page that ends before this id, in the order of ids.
    Before(String),
}

/// A page of a list: which resources, not the resources themselves.
#[derive(Debug)]
pub struct Page {
    /// The ids of the page's resources, in its order.
    pub rows: Vec<String>,
    /// How many resources match in all.
    pub total: u64,
    /// There are matches behind this page's last one.
    pub more: bool,
}

struct Match {
    key: Option<SortKey>,
    id: String,
}

/// The matches that may be on the page, and one behind it. They are added in the order of ids.
pub(crate) struct PageBuilder<'a> {
    /// Sorted, and whether downwards.
    order: Option<bool>,
    from: &'a PageStart,
    limit: usize,
    total: u64,
    matches: Vec<Match>,
}

impl<'a> PageBuilder<'a> {
    /// `order`: sorted, and whether downwards; without it by id.
    pub fn new(order: Option<bool>, from: &'a PageStart, limit: u64) -> Self {
        Self {
            order,
            from,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            total: 0,
            matches: Vec::new(),
        }
    }

    pub fn add(&mut self, key: Option<SortKey>, id: String) {
        let place = self.total;
        self.total += 1;
        let one_more = self.limit.saturating_add(1);
        match (self.order, self.from) {
            (Some(_), from) => {
                self.matches.push(Match { key: key.map(shortened), id });
                let needed = offset(from).saturating_add(one_more);
                if self.matches.len() >= needed.saturating_mul(2).max(1_000) {
                    self.sort();
                    self.matches.truncate(needed);
                }
            }
            (None, PageStart::Offset(offset)) if place < *offset => {}
            (None, PageStart::After(border)) if id <= *border => {}
            (None, PageStart::Before(border)) if id >= *border => {}
            (None, PageStart::Before(_)) => {
                self.matches.push(Match { key: None, id });
                if self.matches.len() >= one_more.saturating_mul(2) {
                    self.matches.drain(..self.matches.len() - one_more);
                }
            }
            (None, _) if self.matches.len() < one_more => self.matches.push(Match { key: None, id }),
            (None, _) => {}
        }
    }

    fn sort(&mut self) {
        let Some(descending) = self.order else { return };
        self.matches.sort_by(|a, b| {
            let order = compare_keys(a.key.as_ref(), b.key.as_ref());
            (if descending { order.reverse() } else { order }).then_with(|| a.id.cmp(&b.id))
        });
    }

    pub fn page(mut self) -> Page {
        self.sort();
        let begin = match (self.order, self.from) {
            (Some(_), from) => offset(from),
            (None, PageStart::Before(_)) => self.matches.len().saturating_sub(self.limit),
            (None, _) => 0,
        };
        let end = begin.saturating_add(self.limit);
        let more = match (self.order, self.from) {
            (None, PageStart::Before(_)) => begin > 0,
            _ => self.matches.len() > end,
        };
        let rows = self.matches.into_iter().skip(begin).take(self.limit).map(|found| found.id).collect();
        Page { rows, total: self.total, more }
    }
}

fn offset(from: &PageStart) -> usize {
    match from {
        PageStart::Offset(offset) => usize::try_from(*offset).unwrap_or(usize::MAX),
        PageStart::After(_) | PageStart::Before(_) => 0,
    }
}

fn shortened(key: SortKey) -> SortKey {
    match key {
        SortKey::Text(text) if text.len() > LONGEST_KEY => {
            SortKey::Text(text.chars().take(LONGEST_KEY).collect())
        }
        key => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(order: Option<bool>, from: &PageStart, limit: usize) -> PageBuilder<'_> {
        PageBuilder { order, from, limit, total: 0, matches: Vec::new() }
    }

    #[test]
    fn a_sorted_page_of_many_holds_no_more_than_it_needs() {
        for descending in [false, true] {
            let start = PageStart::Offset(3);
            let mut window = window(Some(descending), &start, 2);
            for n in 0..20_000_u32 {
                let mixed = n.wrapping_mul(7_919) % 20_000;
                window.add(Some(SortKey::Text(format!("{mixed:05}"))), format!("id{n:05}"));
                assert!(window.matches.len() <= 1_000, "{} held", window.matches.len());
            }
            let keys: Vec<u32> = {
                let wanted = if descending { [19_996, 19_995] } else { [3, 4] };
                wanted.into()
            };
            let page = window.page();
            let found: Vec<u32> = page
                .rows
                .iter()
                .map(|id| id[2..].parse::<u32>().unwrap().wrapping_mul(7_919) % 20_000)
                .collect();
            assert_eq!((found, page.total, page.more), (keys, 20_000, true), "descending: {descending}");
        }
    }

    #[test]
    fn pages_in_the_order_of_ids_begin_and_end_where_they_should() {
        let ids = |n: u32| format!("{n:02}");
        for (from, rows, more) in [
            (PageStart::Offset(0), vec![0, 1, 2], true),
            (PageStart::Offset(8), vec![8, 9], false),
            (PageStart::Offset(99), vec![], false),
            (PageStart::After("04".into()), vec![5, 6, 7], true),
            (PageStart::After("07".into()), vec![8, 9], false),
            (PageStart::Before("05".into()), vec![2, 3, 4], true),
            (PageStart::Before("03".into()), vec![0, 1, 2], false),
        ] {
            let mut window = window(None, &from, 3);
            (0..10).for_each(|n| window.add(None, ids(n)));
            let page = window.page();
            let expected: Vec<String> = rows.into_iter().map(ids).collect();
            assert_eq!((page.rows, page.total, page.more), (expected, 10, more), "{from:?}");
        }
    }

    #[test]
    fn a_long_text_is_sorted_by_its_beginning() {
        let long = SortKey::Text("é".repeat(100_000));
        assert_eq!(shortened(long), SortKey::Text("é".repeat(LONGEST_KEY)));
    }
}
