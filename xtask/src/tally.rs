//! Counting tests across the runners, so that one closing line tells the whole.

use crate::shell::Run;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// The sum of two tallies.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// A stage that failed without a failed test (it did not compile, say) counts as one failure.
    fn of_stage(succeeded: bool, counted: Self) -> Self {
        let failed = if succeeded {
            counted.failed
        } else {
            counted.failed.max(1)
        };
        Self { failed, ..counted }
    }
}

/// Runs a test runner and counts what its closing lines say.
pub(crate) fn count(run: Run) -> Tally {
    match run.watch() {
        Ok((succeeded, lines)) => {
            let mut counted = Tally::default();
            lines
                .iter()
                .filter_map(|line| closing_line(line))
                .for_each(|tally| counted.add(tally));
            Tally::of_stage(succeeded, counted)
        }
        Err(error) => {
            println!("{error:#}");
            Tally {
                passed: 0,
                failed: 1,
            }
        }
    }
}

/// Counts a stage that has no tests of its own: nothing when it holds, one failure when not.
pub(crate) fn stage(name: &str, result: anyhow::Result<()>) -> Tally {
    match result {
        Ok(()) => Tally::default(),
        Err(error) => {
            println!("\n{name}: {error:#}\n");
            Tally {
                passed: 0,
                failed: 1,
            }
        }
    }
}

/// Reads the closing line of nextest (`Summary … 12 tests run: 11 passed, 1 failed`), of cargo's own runner
/// (`test result: ok. 5 passed; 0 failed; …`) and of vitest (`Tests  1 failed | 4 passed (5)`).
fn closing_line(line: &str) -> Option<Tally> {
    let plain = without_colours(line);
    let text = plain.trim();
    let counts = if let Some(rest) = text.strip_prefix("test result:") {
        rest.replace("FAILED.", "").replace("ok.", "")
    } else if text.starts_with("Summary [") {
        text.split_once(" run:")?.1.to_owned()
    } else {
        text.strip_prefix("Tests ")?.split('(').next()?.to_owned()
    };
    let number_before = |word: &str| -> u64 {
        let words: Vec<&str> = counts
            .split([' ', ',', ';', '|'])
            .filter(|word| !word.is_empty())
            .collect();
        words
            .windows(2)
            .filter(|pair| pair[1] == word)
            .find_map(|pair| pair[0].parse().ok())
            .unwrap_or(0)
    };
    Some(Tally {
        passed: number_before("passed"),
        failed: number_before("failed") + number_before("timed"),
    })
}

/// The line without terminal colours.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<(u64, u64)>) {
        assert_eq!(
            closing_line(line),
            expected.map(|(passed, failed)| Tally { passed, failed }),
            "{line}"
        );
    }

    #[test]
    fn reads_the_closing_lines_of_every_runner() {
        check(
            "     Summary [   0.123s] 12 tests run: 11 passed (1 slow), 1 failed, 2 skipped",
            Some((11, 1)),
        );
        check(
            "     Summary [   9.0s] 3 tests run: 2 passed, 1 timed out, 0 skipped",
            Some((2, 1)),
        );
        check(
            "     Summary [   9.0s] 3/7 tests run: 2 passed, 1 failed",
            Some((2, 1)),
        );
        check(
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out",
            Some((5, 0)),
        );
        check(
            "test result: FAILED. 5 passed; 2 failed; 0 ignored",
            Some((5, 2)),
        );
        check(
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m | 4 passed (5)",
            Some((4, 1)),
        );
        check("      Tests  27 passed (27)", Some((27, 0)));
        check("running 5 tests", None);
    }

    #[test]
    fn a_stage_that_fails_without_a_failed_test_still_fails() {
        assert_eq!(
            Tally::of_stage(
                false,
                Tally {
                    passed: 3,
                    failed: 0
                }
            )
            .failed,
            1
        );
        assert_eq!(
            Tally::of_stage(
                true,
                Tally {
                    passed: 3,
                    failed: 0
                }
            )
            .failed,
            0
        );
    }
}
