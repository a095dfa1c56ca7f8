//! What a batch seals and indexes with: each key derived once, when it is first needed.

use std::collections::HashMap;

use shouxin_model::{Collection, Field, FieldRef, Register, SearchMode, Suite};
use shouxin_seal::{BlindIndex, Keyring};

use crate::keys::Keyrings;
use crate::zones::Zone;
use crate::{Vault, VaultError};

/// The tools of a batch.
pub(crate) struct Tools<'a> {
    vault: &'a Vault,
    keyrings: &'a Keyrings,
    pub(crate) register: &'a Register,
    /// By collection and field.
    fields: HashMap<(&'a str, &'a str), Tool<'a>>,
}

/// One field and its indexes.
pub(crate) struct Tool<'a> {
    pub(crate) keyring: &'a Keyring,
    pub(crate) field: &'a Field,
    pub(crate) name: FieldRef,
    /// The name as index rows hold it.
    pub(crate) text: String,
    pub(crate) suite: Suite,
    /// The searches it offers.
    pub(crate) indexes: Vec<(SearchMode, BlindIndex)>,
    /// The index that finds a record by the field's whole value, under the field's suite and the
    /// other one, so that a record still matches while a change of suite is under way.
    pub(crate) whole: Option<(SearchMode, [BlindIndex; 2])>,
}

impl<'a> Tools<'a> {
    pub(crate) fn new(vault: &'a Vault, keyrings: &'a Keyrings, register: &'a Register) -> Self {
        Self {
            vault,
            keyrings,
            register,
            fields: HashMap::new(),
        }
    }

    /// The keyring that seals and indexes a collection.
    pub(crate) fn keyring(&self, collection: &Collection) -> &'a Keyring {
        self.keyrings.of(&collection.zone)
    }

    /// Where a collection's records lie: in a zone apart, or `None` for the main database.
    pub(crate) fn zone(&self, collection: &Collection) -> Result<Option<&'a Zone>, VaultError> {
        self.vault.zone_apart(self.register, &collection.name)
    }

    /// The tool for a field; `None` if the collection has no such field.
    pub(crate) fn field(&mut self, collection: &'a Collection, name: &str) -> Option<&Tool<'a>> {
        let field = collection.field(name)?;
        let (keyring, register) = (self.keyring(collection), self.register);
        let tool = || Tool::new(keyring, register, collection, field);
        Some(
            self.fields
                .entry((&collection.name, &field.name))
                .or_insert_with(tool),
        )
    }
}

impl<'a> Tool<'a> {
    fn new(
        keyring: &'a Keyring,
        register: &Register,
        collection: &Collection,
        field: &'a Field,
    ) -> Self {
        let name = FieldRef::new(&collection.name, &field.name);
        let suite = register.suite_of(field);
        let index = |mode, suite| BlindIndex::of(keyring, &name, mode, suite);
        let other = match suite {
            Suite::International => Suite::National,
            Suite::National => Suite::International,
        };
        let whole = [SearchMode::Exact, SearchMode::Name]
            .into_iter()
            .find(|mode| field.search.contains(mode));
        Self {
            keyring,
            field,
            text: name.to_string(),
            suite,
            indexes: field
                .search
                .iter()
                .map(|mode| (*mode, index(*mode, suite)))
                .collect(),
            whole: whole.map(|mode| (mode, [index(mode, suite), index(mode, other)])),
            name,
        }
    }
}
