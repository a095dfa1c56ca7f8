//! Reading typed values out of a TOML table: what cannot be read becomes a fault, and reading goes on.

use serde::de::DeserializeOwned;
use shouxin_model::Text;
use toml::de::DeTable;

use crate::fault::{Fault, Path};
use crate::words;

/// A table of the document and where it stands.
#[derive(Debug)]
pub struct Node<'a> {
    /// The table.
    pub table: &'a DeTable<'a>,
    /// Where it stands.
    pub path: Path,
}

/// Collects what could not be read.
#[derive(Debug, Default)]
pub struct Reader {
    /// In the order in which they were met.
    pub faults: Vec<Fault>,
}

impl Reader {
    /// Reports every key of `node` that is not in `known`.
    pub fn keys(&mut self, node: &Node<'_>, known: &[&'static str]) {
        for (key, _) in node.table {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let all = known.join(", ");
            let remedy = match words::nearest(name, known.iter().copied()) {
                Some(near) => Text::made(
                    format!("是否想写 `{near}`?可用的键:{all}"),
                    format!("did you mean `{near}`? The keys here: {all}"),
                ),
                None => Text::made(
                    format!("删去它;可用的键:{all}"),
                    format!("remove it; the keys here: {all}"),
                ),
            };
            self.faults.push(Fault {
                path: node.path.clone(),
                offset: Some(key.span().start),
                code: "unknown-key",
                message: Text::made(
                    format!("没有名为 `{name}` 的键"),
                    format!("there is no key `{name}`"),
                ),
                remedy,
            });
        }
    }

    /// The value of `key`, which must be there; `read` takes it out and reports it if unreadable.
    pub fn need<T>(
        &mut self,
        node: &Node<'_>,
        key: &'static str,
        read: impl FnOnce(&mut Self, &Node<'_>, &'static str) -> Option<T>,
    ) -> Option<T> {
        if !node.table.contains_key(key) {
            self.faults.push(Fault::new(
                node.path.key(key),
                "missing-key",
                Text::made(format!("缺少 `{key}`"), format!("`{key}` is missing")),
                Text::made(format!("写上 `{key} = …`"), format!("write `{key} = …`")),
            ));
        }
        read(self, node, key)
    }

    /// A text, without blanks around it.
    pub fn string(&mut self, node: &Node<'_>, key: &'static str) -> Option<String> {
        let value = node.table.get(key)?;
        let read = value.get_ref().as_str().map(|text| text.trim().to_owned());
        self.typed(read, node.path.key(key), key, "文本", "a text")
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, node: &Node<'_>, key: &'static str) -> Option<bool> {
        let value = node.table.get(key)?;
        self.typed(
            value.get_ref().as_bool(),
            node.path.key(key),
            key,
            "true 或 false",
            "true or false",
        )
    }

    /// A whole number from 0 to 4,294,967,295.
    pub fn number(&mut self, node: &Node<'_>, key: &'static str) -> Option<u32> {
        let value = node.table.get(key)?;
        let read = value
            .get_ref()
            .as_integer()
            .and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok());
        self.typed(
            read,
            node.path.key(key),
            key,
            "不小于 0 的整数",
            "a whole number of 0 or more",
        )
    }

    /// A text in both languages, neither of them empty.
    pub fn text(&mut self, node: &Node<'_>, key: &'static str) -> Option<Text> {
        let table = self.table(node, key)?;
        Some(self.both(&table, key))
    }

    /// A list of texts in both languages; of nothing, none.
    pub fn texts(&mut self, node: &Node<'_>, key: &'static str) -> Vec<Text> {
        let tables = self.tables(node, key);
        tables.iter().map(|table| self.both(table, key)).collect()
    }

    fn both(&mut self, table: &Node<'_>, key: &'static str) -> Text {
        self.keys(table, &["zh", "en"]);
        let zh = self.need(table, "zh", Self::string).unwrap_or_default();
        let en = self.need(table, "en", Self::string).unwrap_or_default();
        for (language, text) in [("zh", &zh), ("en", &en)] {
            if text.is_empty() && table.table.contains_key(language) {
                self.faults.push(Fault::new(
                    table.path.key(language),
                    "empty-text",
                    Text::made(
                        format!("`{key}.{language}` 是空的"),
                        format!("`{key}.{language}` is empty"),
                    ),
                    Text::fixed(
                        "用该语言写出人们的叫法",
                        "write what people call it in that language",
                    ),
                ));
            }
        }
        Text::made(zh, en)
    }

    /// A word of the closed list `T`.
    pub fn word<T: DeserializeOwned>(&mut self, node: &Node<'_>, key: &'static str) -> Option<T> {
        let word = self.string(node, key)?;
        self.one_word(&word, node.path.key(key), key)
    }

    /// A list of words of the closed list `T`; words that are none are reported and left out.
    pub fn words<T: DeserializeOwned>(&mut self, node: &Node<'_>, key: &'static str) -> Vec<T> {
        let words = self.strings(node, key);
        let path = node.path.key(key);
        let read = |(i, word): (usize, String)| self.one_word(&word, path.item(i), key);
        words.into_iter().enumerate().filter_map(read).collect()
    }

    fn one_word<T: DeserializeOwned>(&mut self, word: &str, path: Path, key: &str) -> Option<T> {
        let known = match words::read(word) {
            Ok(value) => return Some(value),
            Err(known) => known,
        };
        let all = known.join(", ");
        let remedy = match words::nearest(word, known.iter().copied()) {
            Some(near) => Text::made(
                format!("是否想写 `{near}`?可选:{all}"),
                format!("did you mean `{near}`? One of: {all}"),
            ),
            None => Text::made(
                format!("改为以下之一:{all}"),
                format!("write one of: {all}"),
            ),
        };
        let message = Text::made(
            format!("`{key}` 没有 `{word}` 这个值"),
            format!("`{key}` knows no `{word}`"),
        );
        self.faults
            .push(Fault::new(path, "unknown-word", message, remedy));
        None
    }

    /// A list of texts; of nothing, none.
    pub fn strings(&mut self, node: &Node<'_>, key: &'static str) -> Vec<String> {
        let Some(value) = node.table.get(key) else {
            return Vec::new();
        };
        let read: Option<Vec<String>> = value.get_ref().as_array().and_then(|items| {
            items
                .iter()
                .map(|item| item.get_ref().as_str().map(|text| text.trim().to_owned()))
                .collect()
        });
        self.typed(read, node.path.key(key), key, "文本列表", "a list of texts")
            .unwrap_or_default()
    }

    /// The table at `key`.
    pub fn table<'a>(&mut self, node: &Node<'a>, key: &'static str) -> Option<Node<'a>> {
        let value = node.table.get(key)?;
        let path = node.path.key(key);
        let table = self.typed(
            value.get_ref().as_table(),
            path.clone(),
            key,
            "一张表",
            "a table",
        )?;
        Some(Node { table, path })
    }

    /// The tables listed at `key`; of nothing, none.
    pub fn tables<'a>(&mut self, node: &Node<'a>, key: &'static str) -> Vec<Node<'a>> {
        let Some(value) = node.table.get(key) else {
            return Vec::new();
        };
        let path = node.path.key(key);
        let read: Option<Vec<&DeTable<'_>>> = value
            .get_ref()
            .as_array()
            .and_then(|items| items.iter().map(|item| item.get_ref().as_table()).collect());
        let heading = format!("[[{key}]]");
        let tables = self
            .typed(read, path.clone(), key, &heading, &heading)
            .unwrap_or_default();
        tables
            .into_iter()
            .enumerate()
            .map(|(i, table)| Node {
                table,
                path: path.item(i),
            })
            .collect()
    }

    fn typed<T>(
        &mut self,
        read: Option<T>,
        path: Path,
        key: &str,
        zh: &str,
        en: &str,
    ) -> Option<T> {
        if read.is_none() {
            self.faults.push(Fault::new(
                path,
                "wrong-type",
                Text::made(
                    format!("`{key}` 的类型不对"),
                    format!("`{key}` has the wrong type"),
                ),
                Text::made(
                    format!("`{key}` 应写成:{zh}"),
                    format!("write `{key}` as {en}"),
                ),
            ));
        }
        read
    }
}
