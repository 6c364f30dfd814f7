//! System packages. Debian and Ubuntu are installed for; anywhere else a person is told what to install.

use std::io::IsTerminal;

use anyhow::{Context, Result, bail};

use crate::shell;

/// A system package, and how to see on a system without Debian's packages that what it brings is there.
struct Package {
    debian: &'static str,
    elsewhere: Probe,
}

/// How to see without a package manager that something is there.
enum Probe {
    /// A library that `pkg-config` knows.
    Library(&'static str),
    /// A program on the path.
    Program(&'static str),
    /// Cannot be seen; its absence shows later.
    Nothing,
}

/// What the Rust code links with.
const LIBRARIES: &[Package] = &[
    Package {
        debian: "build-essential",
        elsewhere: Probe::Program("cc"),
    },
    Package {
        debian: "pkg-config",
        elsewhere: Probe::Program("pkg-config"),
    },
    Package {
        debian: "libwebkit2gtk-4.1-dev",
        elsewhere: Probe::Library("webkit2gtk-4.1"),
    },
    Package {
        debian: "librsvg2-dev",
        elsewhere: Probe::Library("librsvg-2.0"),
    },
    Package {
        debian: "libudev-dev",
        elsewhere: Probe::Library("libudev"),
    },
];

/// What opens the window where there is no display, and drives it.
const WINDOW: &[Package] = &[
    Package {
        debian: "xvfb",
        elsewhere: Probe::Program("Xvfb"),
    },
    Package {
        debian: "webkit2gtk-driver",
        elsewhere: Probe::Program("WebKitWebDriver"),
    },
    Package {
        debian: "dbus",
        elsewhere: Probe::Program("dbus-run-session"),
    },
    Package {
        debian: "fonts-dejavu-core",
        elsewhere: Probe::Nothing,
    },
];

/// What the Rust code links with.
pub(super) fn libraries() -> Result<()> {
    ensure(LIBRARIES, "to build")
}

/// What opens and drives the window.
pub(super) fn window() -> Result<()> {
    ensure(WINDOW, "to drive the window")
}

/// The browser that the pages' own tests run in; where there is none to install they say that they are skipped.
pub(super) fn browser() -> Result<()> {
    let is_there = |name: &str| {
        let look = format!("command -v {name}");
        shell::command("sh").args(["-c", &look]).probe().is_some()
    };
    let names = ["chromium", "chromium-browser", "google-chrome"];
    if !has_apt() || names.iter().any(|name| is_there(name)) {
        return Ok(());
    }
    println!("Missing for the pages' tests: chromium. Installing.");
    if let Err(error) = install(&["chromium"]) {
        println!(
            "It could not be installed ({error:#}): the pages' tests in a browser are SKIPPED."
        );
    }
    Ok(())
}

/// Installs Debian packages by name, whatever is there already.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    as_root(&["apt-get", "update", "--quiet"])?;
    let command = [
        "apt-get",
        "install",
        "--yes",
        "--quiet",
        "--no-install-recommends",
    ];
    as_root(&[&command, packages].concat())
}

/// Does this system install with apt?
pub(super) fn has_apt() -> bool {
    cfg!(target_os = "linux") && shell::command("apt-get").arg("--version").probe().is_some()
}

fn ensure(packages: &[Package], purpose: &str) -> Result<()> {
    if cfg!(any(target_os = "macos", target_os = "windows")) {
        tell_elsewhere();
        return Ok(());
    }
    if !has_apt() {
        return look_for(packages, purpose);
    }
    let missing = missing_on_debian(packages);
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing {purpose}: {}. Installing.", missing.join(", "));
    install(&missing)
}

/// macOS and Windows bring their web view along; the compiler is a person's choice.
fn tell_elsewhere() {
    if cfg!(target_os = "macos") {
        println!(
            "macOS: needs Xcode's command line tools (`xcode-select --install`) and Node 22.12 or newer."
        );
    } else {
        println!(
            "Windows: needs the C++ build tools of Visual Studio, the WebView2 runtime (part of Windows 11) \
             and Node 22.12 or newer; for the window's tests also Microsoft Edge Driver of WebView2's version."
        );
    }
}

fn missing_on_debian(packages: &[Package]) -> Vec<&'static str> {
    let installed = |name: &str| {
        shell::command("dpkg-query")
            .args(["--show", "--showformat=${db:Status-Status}", name])
            .probe()
            .is_some_and(|status| status.starts_with("installed"))
    };
    packages
        .iter()
        .map(|package| package.debian)
        .filter(|name| !installed(name))
        .collect()
}

/// On a Linux that is neither Debian nor Ubuntu: looks for the things themselves and names what it does not find.
fn look_for(packages: &[Package], purpose: &str) -> Result<()> {
    let is_there = |package: &&Package| match package.elsewhere {
        Probe::Library(name) => shell::command("pkg-config")
            .args(["--exists", name])
            .probe()
            .is_some(),
        Probe::Program(name) => shell::command("sh")
            .args(["-c", &format!("command -v {name}")])
            .probe()
            .is_some(),
        Probe::Nothing => true,
    };
    let missing: Vec<&str> = packages
        .iter()
        .filter(|package| !is_there(package))
        .map(|package| package.debian)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!(
        "missing {purpose}: what Debian calls {}. Only Debian and Ubuntu can be installed for; \
         please install your system's packages of these and try again",
        missing.join(", ")
    );
}

/// Runs a command as root: as it is when we are root, through sudo when not.
fn as_root(command: &[&str]) -> Result<()> {
    let user = shell::command("id").arg("-u").output()?;
    if user.trim() == "0" {
        let [program, arguments @ ..] = command else {
            bail!("no command to run as root")
        };
        return shell::command(program)
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .run();
    }
    let sudo = shell::command("sudo");
    if std::io::stdin().is_terminal() {
        sudo.arg("DEBIAN_FRONTEND=noninteractive")
            .args(command)
            .run_with_terminal()
    } else {
        // Nobody is there to type a password: fail at once instead of waiting.
        sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive"])
            .args(command)
            .run()
            .with_context(|| {
                format!(
                    "this needs root, and sudo would ask for a password; please run it yourself: sudo {}",
                    command.join(" ")
                )
            })
    }
}
