//! The control groups that a process runs in.
//!
//! `/proc/self/cgroup` names the group of the process in each hierarchy, and `/proc/self/mountinfo` the directories where
//! hierarchies are visible. A container may see a part of a hierarchy only, whose top is its own group.

use std::path::{Component, Path, PathBuf};

use crate::profile::kernel_files::KernelFiles;

/// The control groups around this process, in each hierarchy that is visible.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ControlGroups(Vec<Hierarchy>);

/// The groups around this process in one hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hierarchy {
    version: Version,
    /// The group of the process, and those around it up to the top that is visible.
    groups: Vec<ControlGroup>,
}

/// Version of a hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Version {
    /// Version 1, with its controllers.
    One(Vec<String>),
    /// Version 2, with all controllers that version 1 does not have.
    Two,
}

/// A control group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ControlGroup {
    /// Path of the group in its hierarchy.
    pub path: PathBuf,
    /// Directory with the files of the group.
    pub directory: PathBuf,
}

impl ControlGroups {
    /// Finds the control groups around this process.
    pub(super) fn find(files: &KernelFiles) -> Self {
        let cgroup = files.read("/proc/self/cgroup").unwrap_or_default();
        let mountinfo = files.read("/proc/self/mountinfo").unwrap_or_default();
        Self::parse(&cgroup, &mountinfo, &|directory| files.has_directory(directory))
    }

    /// Reads the lists of groups and mounts. Of several mounts of a hierarchy, the first counts whose directory `exists`.
    fn parse(cgroup: &str, mountinfo: &str, exists: &dyn Fn(&Path) -> bool) -> Self {
        let mounts: Vec<Mount> = mountinfo.lines().filter_map(Mount::parse).collect();
        Self(cgroup.lines().filter_map(|line| Hierarchy::parse(line, &mounts, exists)).collect())
    }

    /// Returns the groups of version 2 around the process, its own first.
    pub(super) fn of_version_2(&self) -> &[ControlGroup] {
        self.0.iter().find(|hierarchy| hierarchy.version == Version::Two).map_or(&[], |hierarchy| &hierarchy.groups)
    }

    /// Returns the groups of version 1 around the process in the hierarchy of a controller, its own first.
    pub(super) fn of_version_1(&self, controller: &str) -> &[ControlGroup] {
        let has = |version: &Version| match version {
            Version::One(controllers) => controllers.iter().any(|name| name == controller),
            Version::Two => false,
        };
        self.0.iter().find(|hierarchy| has(&hierarchy.version)).map_or(&[], |hierarchy| &hierarchy.groups)
    }
}

impl Hierarchy {
    /// Parses a line of `/proc/self/cgroup`: `4:memory:/system.slice`, and `0::/system.slice` for version 2.
    fn parse(line: &str, mounts: &[Mount], exists: &dyn Fn(&Path) -> bool) -> Option<Self> {
        let (_, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        let version = match controllers {
            "" => Version::Two,
            names => Version::One(names.split(',').map(str::to_owned).collect()),
        };
        let path = Path::new(path);
        let of_mount = |mount: &Mount| mount.groups(path).filter(|_| mount.is_of(&version));
        let mut candidates: Vec<Vec<ControlGroup>> = mounts.iter().filter_map(of_mount).collect();
        let visible = candidates.iter().position(|groups| groups.first().is_some_and(|own| exists(&own.directory)));
        // A group that was removed has no directory. The groups around it have.
        let chosen = visible.or_else(|| (!candidates.is_empty()).then_some(0))?;
        Some(Self { version, groups: candidates.swap_remove(chosen) })
    }
}

/// A place where a hierarchy is mounted.
#[derive(Debug)]
struct Mount {
    /// The group that is visible at `point`.
    root: PathBuf,
    point: PathBuf,
    /// Options of version 1, among them the controllers; `None` for version 2.
    options: Option<Vec<String>>,
}

/// Depth of groups that are looked at. The kernel allows more, and no program nests groups so deeply.
const MAX_DEPTH: usize = 64;

impl Mount {
    /// Parses a line of `/proc/self/mountinfo` about a hierarchy:
    /// `36 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:7 - cgroup cgroup rw,memory`.
    fn parse(line: &str) -> Option<Self> {
        let (mount, filesystem) = line.split_once(" - ")?;
        let mut mount = mount.split(' ').skip(3);
        let (root, point) = (mount.next()?, mount.next()?);
        let mut filesystem = filesystem.split(' ');
        let options = match filesystem.next()? {
            "cgroup" => Some(filesystem.nth(1)?.split(',').map(str::to_owned).collect()),
            "cgroup2" => None,
            _ => return None,
        };
        Some(Self { root: unescaped(root), point: unescaped(point), options })
    }

    fn is_of(&self, version: &Version) -> bool {
        match (&self.options, version) {
            (None, Version::Two) => true,
            (Some(options), Version::One(controllers)) => controllers.iter().all(|name| options.contains(name)),
            _ => false,
        }
    }

    /// Returns the group at `path` and those around it that are visible here; `None` if the group is not visible.
    fn groups(&self, path: &Path) -> Option<Vec<ControlGroup>> {
        let is_parent = |part: Component<'_>| matches!(part, Component::RootDir | Component::ParentDir);
        if self.root != Path::new("/") && self.root.components().all(is_parent) {
            // The mount shows a group around the namespace, in which the group of the process has another name.
            return Some(vec![ControlGroup { path: self.root.clone(), directory: self.point.clone() }]);
        }
        let below = path.strip_prefix(&self.root).ok()?;
        if !below.components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let group = |below: &Path| ControlGroup { path: self.root.join(below), directory: self.point.join(below) };
        Some(below.ancestors().take(MAX_DEPTH).map(group).collect())
    }
}

/// Reads a path of mountinfo, which has spaces, tabs, line feeds and backslashes as octal numbers: `\040`.
fn unescaped(text: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;

    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let octal = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok();
        match (byte, after.get(..3).and_then(octal)) {
            (b'\\', Some(escaped)) => {
                bytes.push(escaped);
                rest = &after[3..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(cgroup: &str, mountinfo: &str) -> ControlGroups {
        ControlGroups::parse(cgroup, mountinfo, &|_| true)
    }

    fn directories(groups: &[ControlGroup]) -> Vec<&str> {
        groups.iter().map(|group| group.directory.to_str().unwrap().trim_end_matches('/')).collect()
    }

    const V2: &str =
        "29 22 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate";

    #[test]
    fn a_service_is_in_its_group_and_in_those_around_it() {
        let groups = parse("0::/system.slice/node.service\n", V2);
        let expected = ["/sys/fs/cgroup/system.slice/node.service", "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup"];
        assert_eq!(directories(groups.of_version_2()), expected);
        assert_eq!(groups.of_version_1("memory"), []);
    }

    #[test]
    fn controllers_of_version_1_have_hierarchies_of_their_own() {
        let cgroup = "4:memory:/a\n3:cpu,cpuacct:/b/c\n1:name=systemd:/d\n0::/e\n";
        let mountinfo = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n\
                         33 31 0:30 / /sys/fs/cgroup/memory rw,relatime shared:1 master:2 - cgroup cgroup rw,memory\n\
                         34 31 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
        let groups = parse(cgroup, mountinfo);
        let of = |controller| directories(groups.of_version_1(controller));
        assert_eq!(of("memory"), ["/sys/fs/cgroup/memory/a", "/sys/fs/cgroup/memory"]);
        assert_eq!(of("cpu"), of("cpuacct"));
        assert_eq!(of("cpu")[0], "/sys/fs/cgroup/cpu,cpuacct/b/c");
        assert_eq!(of("cpuset"), [""; 0]);
        assert_eq!(directories(groups.of_version_2()), ["/sys/fs/cgroup/unified/e", "/sys/fs/cgroup/unified"]);
    }

    #[test]
    fn a_container_sees_its_own_group_as_the_top() {
        let cgroup = "4:memory:/docker/f00/inner\n";
        let mount = "33 31 0:30 /docker/f00 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n";
        let groups = parse(cgroup, mount);
        let memory = groups.of_version_1("memory");
        assert_eq!(directories(memory), ["/sys/fs/cgroup/memory/inner", "/sys/fs/cgroup/memory"]);
        assert_eq!(memory[1].path, Path::new("/docker/f00"));
    }

    #[test]
    fn a_mount_around_the_namespace_shows_a_group_around_the_process() {
        let groups = parse("0::/\n", "29 22 0:26 /../.. /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n");
        assert_eq!(directories(groups.of_version_2()), ["/sys/fs/cgroup"]);
    }

    #[test]
    fn groups_that_are_not_visible_are_not_confused_with_others() {
        let elsewhere = "29 22 0:26 /docker/other /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n";
        assert_eq!(parse("0::/docker/f00\n", elsewhere), ControlGroups::default());
        assert_eq!(parse("0::/docker/other-one\n", elsewhere), ControlGroups::default());
        assert_eq!(parse("0::/../sibling\n", V2), ControlGroups::default());
        assert_eq!(parse("0::/system.slice\n", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"), ControlGroups::default());
    }

    #[test]
    fn of_several_mounts_the_one_that_exists_is_read() {
        let mountinfo = "40 1 0:26 / /chroot/sys/fs/cgroup rw - cgroup2 cgroup2 rw\n".to_owned() + V2;
        let exists = |directory: &Path| directory.starts_with("/sys");
        let groups = ControlGroups::parse("0::/a\n", &mountinfo, &exists);
        assert_eq!(directories(groups.of_version_2()), ["/sys/fs/cgroup/a", "/sys/fs/cgroup"]);
        let removed = ControlGroups::parse("0::/a (deleted)\n", V2, &|_| false);
        assert_eq!(directories(removed.of_version_2())[1], "/sys/fs/cgroup");
    }

    #[test]
    fn paths_with_spaces_are_read() {
        let mount = r"29 22 0:26 /a\040b /mnt/c\134d\011e\04 rw - cgroup2 cgroup2 rw";
        let groups = parse("0::/a b/x:y\n", mount);
        assert_eq!(directories(groups.of_version_2()), ["/mnt/c\\d\te\\04/x:y", "/mnt/c\\d\te\\04"]);
    }

    proptest! {
        #[test]
        fn any_text_is_a_list_of_groups(
            cgroup in "([0-9]{0,2}:(memory|cpu,cpuacct|)?:/?[a-z./\\\\0-9 ]{0,20}\n|\\PC{0,20}\n?){0,4}",
            mountinfo in "([0-9]{1,2} 1 0:1 /[a-z./\\\\0-9]{0,12} /[a-z./\\\\0-9]{0,12} rw( shared:1)? - (cgroup2?|tmpfs) x rw,(memory|cpu|,){0,3}\n|\\PC{0,20}\n?){0,4}",
        ) {
            let ControlGroups(hierarchies) = parse(&cgroup, &mountinfo);
            for group in hierarchies.iter().flat_map(|hierarchy| &hierarchy.groups) {
                prop_assert!(!group.directory.as_os_str().is_empty());
            }
        }
    }
}
