//! "Did you mean": the known word nearest to an unknown one.

/// The known word nearest to `word`, if one is near enough to be what was meant.
/// Compares without regard to case, `-` and `_`.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    let plain = |w: &str| {
        w.chars()
            .filter(|c| !matches!(c, '-' | '_'))
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let wanted = plain(word);
    let budget = (wanted.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(&wanted, &plain(k)), k))
        .filter(|(distance, _)| *distance <= budget)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known = ["timeout", "variables", "post-conditions", "type"];
        assert_eq!(nearest("timeuot", known), Some("timeout"));
        assert_eq!(nearest("postConditions", known), Some("post-conditions"));
        assert_eq!(nearest("variable", known), Some("variables"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest(&"x".repeat(100_000), known), None);
    }
}
