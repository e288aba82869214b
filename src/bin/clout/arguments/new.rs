//! The arguments of `clout new`.

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "\
A draft is a version without a number: models/FAMILY/drafts/NAME.toml, called FAMILY@NAME. It can be \
used wherever a model is named, and no version with a number may extend it. `clout new FAMILY --from \
FAMILY@NAME` gives it a number: the new version takes over what the draft states.

Nothing is written unless the new model is sound. Standard error says how deep the change goes and \
which number it asks for.

Examples:
  clout new clout@less-audience --because 'Can be bought' --set 'weight[tag=audience] *= 0.5'
  clout compare clout@1.2.0 clout@less-audience
  clout new clout --from clout@less-audience
  clout new clout@2.0.0 --from 1.2.0 --because 'One network is enough' --set 'combine = max'")]
pub struct NewArguments {
    /// FAMILY@VERSION, FAMILY@NAME for a draft, or FAMILY alone: then the change chooses the number
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The version or draft to start from (default: the highest version of the family)
    #[arg(long, value_name = "MODEL")]
    pub from: Option<String>,
    /// Why it exists: its rationale, which every report prints (default with a draft: the draft's)
    #[arg(long, value_name = "TEXT")]
    pub because: Option<String>,
    /// One line for lists and reports
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// An edit that the file states; may be repeated
    #[arg(long = "set", value_name = "EDIT")]
    pub edits: Vec<String>,
}
