//! Rows in the order they came, found by key, uid or number.

use std::collections::HashMap;

/// A row that the platform numbers.
pub trait Row {
    /// Its uid on the platform.
    fn uid(&self) -> &str;
    /// Its number on the platform.
    fn id(&self) -> i64;
    /// Gives it its number, once, when it comes into a table.
    fn number(&mut self, id: i64);
}

/// Rows in the order they came. Numbers are given in that order and never given again.
#[derive(Debug, Clone)]
pub struct Table<R> {
    rows: Vec<Option<(String, R)>>,
    keys: HashMap<String, usize>,
    uids: HashMap<String, usize>,
    first: i64,
    there: usize,
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Table::starting(1)
    }
}

impl<R> Table<R> {
    /// An empty table whose first row gets this number.
    pub fn starting(first: i64) -> Table<R> {
        Table {
            rows: Vec::new(),
            keys: HashMap::new(),
            uids: HashMap::new(),
            first,
            there: 0,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.there
    }

    pub fn is_empty(&self) -> bool {
        self.there == 0
    }

    pub fn contains_key(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    pub fn get(&self, key: &str) -> Option<&R> {
        let place = *self.keys.get(key)?;
        self.at(place).map(|(_, row)| row)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut R> {
        let place = *self.keys.get(key)?;
        self.rows.get_mut(place)?.as_mut().map(|(_, row)| row)
    }

    /// The table's own copy of a key, with its row.
    pub fn by_key(&self, key: &str) -> Option<(&str, &R)> {
        let place = *self.keys.get(key)?;
        self.at(place).map(|(key, row)| (key.as_str(), row))
    }

    /// The key and row of a uid.
    pub fn by_uid(&self, uid: &str) -> Option<(&str, &R)> {
        let place = *self.uids.get(uid)?;
        self.at(place).map(|(key, row)| (key.as_str(), row))
    }

    /// The key and row of a number.
    pub fn by_id(&self, id: i64) -> Option<(&str, &R)> {
        let place = usize::try_from(id.checked_sub(self.first)?).ok()?;
        self.at(place).map(|(key, row)| (key.as_str(), row))
    }

    /// Keys and rows in the order they came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &R)> {
        self.rows
            .iter()
            .flatten()
            .map(|(key, row)| (key.as_str(), row))
    }

    /// Rows in the order they came.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &R> {
        self.iter().map(|(_, row)| row)
    }

    fn at(&self, place: usize) -> Option<&(String, R)> {
        self.rows.get(place)?.as_ref()
    }
}

impl<R: Row> Table<R> {
    /// Adds a row. One with the same key is replaced in its place and keeps its number.
    pub fn insert(&mut self, key: impl Into<String>, mut row: R) {
        let key = key.into();
        let place = match self.keys.get(&key) {
            Some(place) => {
                if let Some((_, old)) = self.at(*place) {
                    let uid = old.uid().to_owned();
                    self.uids.remove(&uid);
                }
                *place
            }
            None => {
                self.rows.push(None);
                self.there += 1;
                self.rows.len() - 1
            }
        };
        row.number(self.first + i64::try_from(place).unwrap_or(i64::MAX - self.first));
        self.uids.insert(row.uid().to_owned(), place);
        self.keys.insert(key.clone(), place);
        self.rows[place] = Some((key, row));
    }

    /// Takes a row out; its number stays unused.
    pub fn remove(&mut self, key: &str) -> Option<R> {
        let place = self.keys.remove(key)?;
        let (_, row) = self.rows.get_mut(place)?.take()?;
        self.uids.remove(row.uid());
        self.there -= 1;
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct One(String, i64);

    impl Row for One {
        fn uid(&self) -> &str {
            &self.0
        }
        fn id(&self) -> i64 {
            self.1
        }
        fn number(&mut self, id: i64) {
            self.1 = id;
        }
    }

    #[test]
    fn rows_are_found_by_key_uid_and_number() {
        let mut t = Table::starting(100);
        t.insert("a", One("ua".into(), 0));
        t.insert("b", One("ub".into(), 0));
        assert_eq!(t.get("b").map(Row::id), Some(101));
        assert_eq!(t.by_uid("ua").map(|(k, _)| k), Some("a"));
        assert_eq!(t.by_id(101).map(|(k, _)| k), Some("b"));
        for id in [99, 102, i64::MIN, i64::MAX] {
            assert_eq!(t.by_id(id), None);
        }
    }

    #[test]
    fn numbers_are_never_given_again() {
        let mut t = Table::starting(1);
        t.insert("a", One("ua".into(), 0));
        t.insert("b", One("ub".into(), 0));
        assert!(t.remove("a").is_some());
        assert_eq!((t.len(), t.by_id(1), t.by_uid("ua")), (1, None, None));
        t.insert("a", One("uc".into(), 0));
        assert_eq!(t.get("a").map(Row::id), Some(3));
        t.insert("b", One("ud".into(), 0));
        assert_eq!(t.get("b").map(Row::id), Some(2));
        assert_eq!(t.by_uid("ub"), None);
    }
}
