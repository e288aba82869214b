//! Signatures under a version, given before it is released.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lock::SignOff;
use super::seal::seal;
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::ids::ModelId;

/// A signature as it is written: `releases/<family>/signed/<version>.<role>.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignatureSpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// The version, `family@version`.
    pub model: String,
    /// The role that signs, such as legal.
    pub role: String,
    /// Who signs.
    #[schemars(length(min = 1))]
    pub name: String,
    pub on: Date,
    /// Digest of the resolved model that is signed.
    pub digest: String,
    /// Digest of all that stands above, so that an edited signature shows itself.
    pub seal: String,
}

/// A signature as read, with the places of what it says.
#[derive(Clone, Debug)]
pub struct Signature {
    pub sign_off: SignOff,
    document: Document,
}

impl SignatureSpec {
    /// A signature of a role under a version whose resolved model has this digest.
    pub fn new(id: &ModelId, role: &str, name: &str, on: Date, digest: String) -> SignatureSpec {
        let (role, name, seal_of_none) = (role.to_string(), name.to_string(), String::new());
        let spec = SignatureSpec { format: 1, model: id.to_string(), role, name, on, digest, seal: seal_of_none };
        SignatureSpec { seal: spec.seal(), ..spec }
    }

    fn seal(&self) -> String {
        seal(&SignatureSpec { seal: String::new(), ..self.clone() })
    }
}

impl Signature {
    /// Parses a signature; version and role are those that its path promises.
    pub fn parse(origin: &str, text: &str, id: &ModelId, role: &str) -> Result<Signature, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: SignatureSpec = document.decode()?;
        if spec.seal != spec.seal() {
            let message = format!("the signature of {role} under {id} is not as it was given: somebody edited it");
            let hint = format!("remove it and ask again: clout release {id} --sign {role}=NAME");
            return Err(document.problem(&["seal"], message).hint(hint).into());
        }
        if spec.model != id.to_string() || spec.role != role {
            let (model, own) = (visible(&spec.model), visible(&spec.role));
            let message = format!("the file says {own} of {model}, its path says {role} of {id}");
            return Err(document.problem(&["model"], message).hint("name and path must agree").into());
        }
        let SignatureSpec { role, name, on, digest, .. } = spec;
        Ok(Signature { sign_off: SignOff { role, name, on, digest }, document })
    }

    /// A problem with a value of the signature.
    pub fn problem(&self, path: &[&str], message: impl Into<String>) -> Diagnostic {
        self.document.problem(path, message)
    }
}
