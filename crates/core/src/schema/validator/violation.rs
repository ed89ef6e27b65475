//! Conversion of the errors of the crate to violations.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};

use crate::schema::keywords::{FORMAT_MAXIMUM, FORMAT_MINIMUM};
use crate::schema::violation::{Condition, Violation};

impl From<&ValidationError<'_>> for Violation {
    fn from(error: &ValidationError<'_>) -> Self {
        let keyword = match error.kind() {
            Kind::Custom { message, .. } => message,
            kind => kind.keyword(),
        };
        Self {
            instance: error.instance_path().as_str().to_owned(),
            schema: error.schema_path().to_string(),
            keyword: keyword.to_owned(),
            condition: Condition::from(error.kind()),
        }
    }
}

impl From<&Kind> for Condition {
    fn from(kind: &Kind) -> Self {
        match kind {
            Kind::Type { kind: TypeKind::Single(name) } => Self::Type(vec![name.to_string()]),
            Kind::Type { kind: TypeKind::Multiple(names) } => {
                Self::Type(names.iter().map(|name| name.to_string()).collect())
            }
            Kind::Minimum { limit } => Self::Minimum(limit.clone()),
            Kind::Maximum { limit } => Self::Maximum(limit.clone()),
            Kind::ExclusiveMinimum { limit } => Self::ExclusiveMinimum(limit.clone()),
            Kind::ExclusiveMaximum { limit } => Self::ExclusiveMaximum(limit.clone()),
            Kind::MultipleOf { multiple_of } => Self::MultipleOf(*multiple_of),
            Kind::Custom { message, .. } if message == FORMAT_MINIMUM => Self::FormatMinimum,
            Kind::Custom { message, .. } if message == FORMAT_MAXIMUM => Self::FormatMaximum,
            Kind::MinLength { limit } => Self::MinLength(*limit),
            Kind::MaxLength { limit } => Self::MaxLength(*limit),
            Kind::MinItems { limit } => Self::MinItems(*limit),
            Kind::MaxItems { limit } => Self::MaxItems(*limit),
            Kind::AdditionalItems { limit } => Self::MaxItems(*limit as u64),
            Kind::UnevaluatedItems { .. } => Self::UnevaluatedItems,
            Kind::MinProperties { limit } => Self::MinProperties(*limit),
            Kind::MaxProperties { limit } => Self::MaxProperties(*limit),
            Kind::Contains => Self::Contains,
            Kind::UniqueItems => Self::UniqueItems,
            Kind::Enum { options } => Self::Enum(options.as_array().cloned().unwrap_or_default()),
            Kind::Constant { expected_value } => Self::Const((**expected_value).clone()),
            Kind::Pattern { pattern } => Self::Pattern(pattern.clone()),
            Kind::Format { format } => Self::Format(format.clone()),
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                Self::NoOtherKeys(unexpected.clone())
            }
            Kind::Required { property } => Self::Required(property.as_str().unwrap_or_default().to_owned()),
            Kind::PropertyNames { error } => {
                let name = error.instance().as_str().unwrap_or_default();
                Self::PropertyNames(name.to_owned(), Box::new(Violation::from(&**error)))
            }
            Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
                let violations = |errors: &Vec<ValidationError<'_>>| errors.iter().map(Violation::from).collect();
                Self::NoAlternative(context.iter().map(violations).collect())
            }
            Kind::OneOfMultipleValid { context } => {
                let fitting = context.iter().enumerate().filter(|(_, errors)| errors.is_empty());
                Self::SeveralAlternatives(fitting.map(|(index, _)| index).collect())
            }
            Kind::Not { .. } => Self::Not,
            Kind::FalseSchema => Self::Nothing,
            _ => Self::Other,
        }
    }
}
