using System.Text.Json;
using Matchbox.Butane.Advice;
using Matchbox.Core.Catalogs.Selection;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// The declared folder, in poseidon/matchbox's layout: <c>groups/*.json</c>, <c>profiles/*.json</c>, <c>ignition/*</c>,
/// <c>generic/*</c>. Nothing outside the folder is read, whatever names or links say.
/// </summary>
public static class CatalogFolder
{
    /// <summary>The sub-folders that a catalog is made of.</summary>
    public static readonly IReadOnlyList<string> Parts = ["groups", "profiles", "ignition", "generic"];

    /// <summary>Names of the rules whose hints can be switched off.</summary>
    public static readonly IReadOnlyList<string> HintRules = [.. AdviceRules.All, .. KernelArgumentAdvice.Rules];

    /// <summary>Reads all of it. Never throws for what is in the folder: every fault is in the answer.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="hintsOff">Rules of <see cref="HintRules"/> that are not told.</param>
    public static CatalogReading Read(string path, IEnumerable<string>? hintsOff = null) =>
        new Reader(Path.GetFullPath(path), (hintsOff ?? []).ToHashSet(StringComparer.Ordinal)).Read();

    private sealed class Reader(string root, HashSet<string> hintsOff)
    {
        private readonly List<CatalogFault> _faults = [];
        private readonly List<string> _notes = [];
        private readonly Dictionary<string, Profile> _profiles = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _profileFaults = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ConfigFile> _ignition = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ConfigFile> _generic = new(StringComparer.Ordinal);
        private readonly HashSet<string> _read = new(StringComparer.Ordinal);

        public CatalogReading Read()
        {
            if (!Directory.Exists(root))
            {
                return new CatalogReading(Catalog.Empty, [], [$"the folder {root} is not there: no groups and no profiles; it is read when it comes"]);
            }
            var groups = new List<Group>();
            foreach (var file in JsonFiles("groups"))
            {
                if (Open(file) is { } declared && GroupReader.Read(declared, Path.GetFileNameWithoutExtension(file)) is { } group)
                {
                    groups.Add(group);
                    CheckProfile(declared, group);
                }
            }
            foreach (var file in JsonFiles("profiles"))
            {
                ReadProfile(Path.GetFileNameWithoutExtension(file), file);
            }
            var samples = new ConfigSamples(_profiles, _ignition, _generic, _faults, _notes, hintsOff).Render(groups);
            var catalog = new Catalog(groups, _profiles, _ignition, _generic, _profileFaults, samples);
            _notes.AddRange(catalog.Ties.Select(TieText.Of));
            return new CatalogReading(catalog, [.. _faults], [.. _notes]);
        }

        private IEnumerable<string> JsonFiles(string folder)
        {
            var path = Path.Combine(root, folder);
            if (!Directory.Exists(path))
            {
                return [];
            }
            try
            {
                var names = Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal).ToArray();
                _notes.AddRange(names
                    .Where(name => !name.EndsWith(".json", StringComparison.Ordinal) && !name.StartsWith('.') && File.Exists(Path.Combine(path, name)))
                    .Select(name => $"{folder}/{name} does not end in .json and is not read"));
                return names.Where(name => name.EndsWith(".json", StringComparison.Ordinal) && !Directory.Exists(Path.Combine(path, name))).Select(name => $"{folder}/{name}");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _faults.Add(new CatalogFault(folder, 1, 1, $"cannot be listed: {failure.Message}", ""));
                return [];
            }
        }

        private DeclaredFile? Open(string file)
        {
            var octets = DeclaredBytes.TryRead(root, file, DeclaredBytes.MaxDocument, out var why);
            if (octets is null)
            {
                _faults.Add(new CatalogFault(file, 1, 1, why, ""));
                return null;
            }
            if (!JsonText.TryParse(file, octets, out var text, out var fault))
            {
                _faults.Add(fault);
                return null;
            }
            return new DeclaredFile(file, text, _faults, _notes);
        }

        private void CheckProfile(DeclaredFile declared, Group group)
        {
            var at = ProfileReader.OffsetOf(declared, "profile");
            if (group.Profile.Length == 0)
            {
                declared.Note(at, $"group {group.Id} names no profile: its machines boot nothing");
                return;
            }
            if (DeclaredBytes.Clean("profiles", group.Profile + ".json") is not { } file || !File.Exists(Path.Combine(root, file)))
            {
                declared.Fault(at, $"group {group.Id} names profile \"{group.Profile}\", and profiles/{group.Profile}.json is not there", "make it, or name another");
                return;
            }
            ReadProfile(group.Profile, file);
        }

        private void ReadProfile(string name, string file)
        {
            if (!_read.Add(name))
            {
                return;
            }
            var before = _faults.Count;
            if (Open(file) is { } declared && ProfileReader.Read(declared) is { } profile)
            {
                _profiles[name] = profile;
                foreach (var (rule, text) in KernelArgumentAdvice.On(profile).Where(advice => !hintsOff.Contains(advice.Rule)))
                {
                    declared.Note(ProfileReader.OffsetOf(declared, "boot"), $"{text} [{rule}]");
                }
                ReadIgnition(declared, name, profile);
                ReadGeneric(declared, profile);
            }
            else
            {
                _profileFaults[name] = $"profile {name} is broken: {_faults[before]}";
            }
        }

        private void ReadIgnition(DeclaredFile declared, string name, Profile profile)
        {
            if (profile.IgnitionId.Length == 0)
            {
                return;
            }
            var at = ProfileReader.OffsetOf(declared, "ignition_id");
            var file = DeclaredBytes.Clean("ignition", profile.IgnitionId) ?? "";
            if (_ignition.ContainsKey(profile.IgnitionId))
            {
                return;
            }
            if (DeclaredBytes.TryRead(root, file, DeclaredBytes.MaxConfig, out var reason) is not { } octets)
            {
                declared.Fault(at, $"profile {profile.Id} names the Ignition config \"{profile.IgnitionId}\", and {file} {reason}", "make it, or name another");
                return;
            }
            var before = _faults.Count;
            var config = ConfigFile.Raw(file, octets);
            if (!ConfigFile.IsRaw(profile.IgnitionId))
            {
                config = Compile(file, octets) ?? config;
            }
            else if (JsonText.TryParse(file, octets, out var text, out var fault))
            {
                CheckIgnition(new DeclaredFile(file, text, _faults, _notes));
            }
            else
            {
                _faults.Add(fault);
            }
            if (_faults.Count > before)
            {
                _profileFaults[name] = $"profile {profile.Id}: its config is broken: {_faults[before]}";
            }
            else
            {
                _ignition[profile.IgnitionId] = config;
            }
        }

        private ConfigFile? Compile(string file, byte[] octets)
        {
            if (ConfigFile.TryCompile(file, octets, out var compiled, out var error))
            {
                return compiled;
            }
            _faults.Add(new CatalogFault(file, error.Line, error.Column + 1, error.Message, "it is a Go template (text/template): mend it, or write {{\"{{\"}} for two braces"));
            return null;
        }

        // Only what every version of Ignition wants; the rest is the machine's Ignition to judge, which may be newer than this.
        private static void CheckIgnition(DeclaredFile config)
        {
            config.RequireObject(config.Root, "an Ignition config");
            var version = config.Root.Members.LastOrDefault(member => member.Name.Equals("ignition", StringComparison.OrdinalIgnoreCase)).Value?
                .Members.LastOrDefault(member => member.Name.Equals("version", StringComparison.OrdinalIgnoreCase)).Value;
            if (version is not { Kind: JsonValueKind.String, Text.Length: > 0 })
            {
                config.Fault(version?.Offset ?? config.Root.Offset, "an Ignition config says its version", "add \"ignition\": { \"version\": \"3.3.0\" }");
            }
        }

        private void ReadGeneric(DeclaredFile declared, Profile profile)
        {
            if (profile.GenericId.Length == 0 || _generic.ContainsKey(profile.GenericId))
            {
                return;
            }
            var file = DeclaredBytes.Clean("generic", profile.GenericId) ?? "";
            if (DeclaredBytes.TryRead(root, file, DeclaredBytes.MaxConfig, out var reason) is { } octets)
            {
                // A file without an action is its own rendering.
                if (octets.AsSpan().IndexOf("{{"u8) < 0)
                {
                    _generic[profile.GenericId] = ConfigFile.Raw(file, octets);
                }
                else if (Compile(file, octets) is { } template)
                {
                    _generic[profile.GenericId] = template;
                }
            }
            else
            {
                declared.Fault(
                    ProfileReader.OffsetOf(declared, "generic_id"),
                    $"profile {profile.Id} names the generic file \"{profile.GenericId}\", and {file} {reason}", "make it, or name another");
            }
        }
    }
}
