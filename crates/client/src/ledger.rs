//! The ledger: head, entries, proofs, export.

use reqwest::Method;
use shouxin_wire::ledger::{
    GrowthFile, LedgerEntry, LedgerKeys, LedgerPage, ProofFile, Verification,
};

use crate::cases::with_query;
use crate::{Client, ClientError, Download};

impl Client {
    /// The newest signed head, as a C2SP signed note.
    ///
    /// # Errors
    /// [`ClientError`]; `not-found` before the first checkpoint.
    pub async fn checkpoint(&self) -> Result<String, ClientError> {
        self.text("/api/v1/ledger/checkpoint").await
    }

    /// The public keys that check the ledger's checkpoints.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn ledger_keys(&self) -> Result<LedgerKeys, ClientError> {
        self.get("/api/v1/ledger/keys").await
    }

    /// A page of entries that match the query, whose names are those of the operation.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn entries(&self, query: &[(&str, &str)]) -> Result<LedgerPage, ClientError> {
        self.get(&with_query("/api/v1/ledger/entries", query)).await
    }

    /// One entry.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn entry(&self, index: u64) -> Result<LedgerEntry, ClientError> {
        self.get(&format!("/api/v1/ledger/entries/{index}")).await
    }

    /// The proof that a signed head covers an entry: the file that `shouxin-verify proof` reads.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn prove(&self, index: u64) -> Result<ProofFile, ClientError> {
        self.get(&format!("/api/v1/ledger/entries/{index}/proof"))
            .await
    }

    /// The proof that the ledger only grew between two sizes at which heads were signed, the newer one the
    /// newest if not named: the file that `shouxin-verify growth` reads.
    ///
    /// # Errors
    /// [`ClientError`]; `not-found` if no head was signed at a size.
    pub async fn prove_growth(
        &self,
        older: u64,
        newer: Option<u64>,
    ) -> Result<GrowthFile, ClientError> {
        let (older, newer) = (older.to_string(), newer.map(|size| size.to_string()));
        let mut query = vec![("from", older.as_str())];
        query.extend(newer.as_deref().map(|newer| ("to", newer)));
        self.get(&with_query("/api/v1/ledger/consistency", &query))
            .await
    }

    /// Lets the server examine its whole ledger.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn verify_ledger(&self) -> Result<Verification, ClientError> {
        self.send(
            Method::POST,
            "/api/v1/ledger/verifications",
            &serde_json::json!({}),
        )
        .await
    }

    /// The whole ledger as the file that `shouxin-verify export` reads.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn export_ledger(&self) -> Result<Download, ClientError> {
        self.download("/api/v1/ledger/export").await
    }

    /// The server's OpenAPI description.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn openapi(&self) -> Result<String, ClientError> {
        self.text("/api/openapi.json").await
    }
}
