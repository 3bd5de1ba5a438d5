//! `resource.xml`: variables and post-conditions.

use super::error::ComponentError;
use super::names::shown;
use super::resource::Reader;
use super::xml::Element;
use crate::rmm::component::{PostCondition, SelectionOption, Streams, Variable, VariableType};

impl Reader<'_> {
    pub(super) fn variable(
        &mut self,
        element: &Element,
        position: usize,
    ) -> Result<Variable, ComponentError> {
        self.known(
            element,
            &[
                "name",
                "selectionKeyValue",
                "type",
                "direction",
                "description",
                "defaultVal",
            ],
            "variable/",
        );
        let idx = match element.attribute("idx").map(str::trim) {
            Some(idx) => idx.parse().map_err(|_| {
                self.refuse(
                    element.span,
                    format!("`idx` is not a whole number: {}", shown(idx)),
                )
            })?,
            None => {
                self.note(
                    "variable-idx",
                    "a variable has no idx; its place in the file is taken".to_owned(),
                    "number the variables from 0",
                );
                u32::try_from(position).unwrap_or(u32::MAX)
            }
        };
        let (name, _) = self.required(element, "name")?;
        let (kind, at) = self.required(element, "type")?;
        let kind = match kind.as_str() {
            "string" => VariableType::String,
            "boolean" => VariableType::Boolean,
            "map" => VariableType::Selection,
            "date" => {
                let what = format!(
                    "the variable `{name}` has the type `date`; how exports write that type is not publicly known"
                );
                self.note("date-variable", what, "compare with an export of your own");
                VariableType::Date
            }
            other => {
                return Err(self
                    .refuse(
                        at,
                        format!("the variable type `{}` is not known", shown(other)),
                    )
                    .help("exports have string, boolean and map (a Selection)"));
            }
        };
        let mut options = Vec::new();
        for option in element
            .children
            .iter()
            .filter(|c| c.name == "selectionKeyValue")
        {
            self.known(option, &["name", "value"], "variable/selectionKeyValue/");
            options.push(SelectionOption {
                name: self.text(option, "name")?,
                value: self.text(option, "value")?,
            });
        }
        if kind != VariableType::Selection && !options.is_empty() {
            let what =
                format!("the variable `{name}` has options and is no selection: they are left out");
            self.note(
                "stray-options",
                what,
                "give it the type `map`, or remove the options",
            );
            options.clear();
        }
        Ok(Variable {
            idx,
            name,
            kind,
            description: self.text(element, "description")?,
            default: self.text(element, "defaultVal")?,
            options,
        })
    }

    pub(super) fn post_condition(
        &mut self,
        element: &Element,
    ) -> Result<PostCondition, ComponentError> {
        self.known(
            element,
            &["consequence", "resource", "text", "qualifier"],
            "postCondition/",
        );
        if let Some((word, at)) = self.word(element, "consequence")?
            && word != "warn"
        {
            return Err(self
                .refuse(
                    at,
                    format!("the consequence `{}` is not known", shown(&word)),
                )
                .help("exports have `warn`"));
        }
        let (resource, at) = self.required(element, "resource")?;
        let mut streams = Streams {
            stdout: false,
            stderr: false,
        };
        for word in resource.split(',').map(str::trim) {
            match word {
                "stdout" => streams.stdout = true,
                "stderr" => streams.stderr = true,
                other => {
                    return Err(self
                        .refuse(
                            at,
                            format!(
                                "a post-condition looks at `{}`, which is not known",
                                shown(other)
                            ),
                        )
                        .help("exports have stdout, stderr or both, with a comma between"));
                }
            }
        }
        let text = self.text(element, "text")?;
        let (qualifier, at) = self.required(element, "qualifier")?;
        let letters: String = qualifier
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let found = match letters.as_str() {
            "found" => true,
            "notfound" => {
                let what = format!(
                    "the qualifier `{qualifier}` is taken for \"is not found in\"; how exports write that is not publicly known"
                );
                self.note(
                    "not-found-qualifier",
                    what,
                    "compare with an export of your own",
                );
                false
            }
            _ => {
                return Err(self
                    .refuse(
                        at,
                        format!("the qualifier `{}` is not known", shown(&qualifier)),
                    )
                    .help("exports have `found`"));
            }
        };
        Ok(PostCondition {
            streams,
            text,
            found,
        })
    }
}
