using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Catalogs.Selection;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>
/// Makes a catalog of documents. Given the reading before, only what changed is parsed and tried anew, and what broke since stays
/// as it last was good: a document takes nothing away but itself. Pure.
/// </summary>
internal sealed class CatalogReader(IReadOnlySet<string> hintsOff, bool strict = false)
{
    private readonly ConfigSamples _samples = new(hintsOff);

    /// <param name="documents">All of them.</param>
    /// <param name="before">The reading before; null: this is the first, and what is broken is left out.</param>
    /// <param name="place">The folder's name, for a person.</param>
    public CatalogReading Read(DocumentSet documents, CatalogReading? before, string place) =>
        new Pass(documents, before ?? new CatalogReading(Catalog.Empty, [], []), hintsOff, strict, _samples).Run(place);

    private sealed class Pass(DocumentSet documents, CatalogReading before, IReadOnlySet<string> hintsOff, bool strict, ConfigSamples samples)
    {
        private readonly ReadingParts _parts = new(before.Parts.Groups.Count);
        private readonly FaultList _found = new();
        private readonly Dictionary<string, Profile> _profiles = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _profileFaults = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ConfigFile> _ignition = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ConfigFile> _generic = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ConfigFile> _cloud = new(StringComparer.Ordinal);
        private readonly Dictionary<Group, RenderedConfig> _rendered = new(ReferenceEqualityComparer.Instance);
        private readonly Dictionary<Group, BootOffer> _kept = new(ReferenceEqualityComparer.Instance);
        private readonly HashSet<(ConfigKind, string)> _named = [];

        public CatalogReading Run(string place)
        {
            TellFolder(place);
            var read = ReadGroups();
            foreach (var entry in Listed(DocumentPath.Profiles))
            {
                ReadProfile(System.IO.Path.GetFileNameWithoutExtension(entry.Path), entry.Path);
            }
            var groups = new List<Group>(read.Count);
            foreach (var (path, group) in read)
            {
                groups.Add(_parts.InUse[path] = Try(path, group));
            }
            foreach (var shadowed in documents.Shadowed)
            {
                _found.Note($"{shadowed} is kept in the store too: the declared folder's file stands before it (`matchbox documents remove {shadowed} --stored` removes it)");
            }
            var catalog = new Catalog(
                groups, _profiles, _ignition, _generic, _profileFaults, _rendered, strict, previous: before.Catalog, cloud: _cloud, kept: _kept);
            foreach (var tie in catalog.Ties)
            {
                _found.Note(TieText.Of(tie));
            }
            return new CatalogReading(catalog, _found.Faults, _found.Notes) { Parts = _parts, Single = _found.Single };
        }

        private void TellFolder(string place)
        {
            var folder = documents.Folder;
            if (!folder.IsThere && folder.Entries.IsEmpty)
            {
                _found.Note($"the folder {place} is not there: no groups and no profiles; it is read when it comes");
            }
            else if (!folder.IsThere)
            {
                _found.Add(new CatalogFault(place, 1, 1, "the folder is gone: what was read of it stays in use", "bring it back, or restart without it"));
            }
            _found.Add(folder.Faults);
        }

        private List<KeyValuePair<string, Group>> ReadGroups()
        {
            var groups = new List<KeyValuePair<string, Group>>(before.Parts.Groups.Count);
            foreach (var entry in Listed(DocumentPath.Groups))
            {
                if (before.Parts.Groups.GetValueOrDefault(entry.Path) is not { } read || !read.IsOf(entry))
                {
                    read = DocumentReader.Group(entry, before.Parts.InUse.GetValueOrDefault(entry.Path));
                }
                Keep(_parts.Groups, entry.Path, read);
                if (read.Good is { } group)
                {
                    groups.Add(KeyValuePair.Create(entry.Path, group));
                    ReadProfileOf(entry.Path, read, group);
                }
            }
            return groups;
        }

        private IEnumerable<DocumentEntry> Listed(string part)
        {
            foreach (var entry in documents.In(part).Where(entry => DocumentPath.IsListed(part, entry.Path)))
            {
                if (entry.Path.EndsWith(".json", StringComparison.Ordinal))
                {
                    yield return entry;
                }
                else if (entry.Path[part.Length + 1] != '.')
                {
                    _found.Note($"{entry.Path} does not end in .json and is not read");
                }
            }
        }

        private void ReadProfileOf(string path, ReadDocument<Group> read, Group group)
        {
            if (group.Profile.Length == 0 || _profiles.ContainsKey(group.Profile) || _profileFaults.ContainsKey(group.Profile))
            {
                return;
            }
            if (PathOf(DocumentPath.Profiles, group.Profile + ".json") is not { } file || documents.EntryOf(file) is null)
            {
                _found.Add(read.FaultAt("profile", path,
                    $"group {group.Id} names profile \"{group.Profile}\", and profiles/{group.Profile}.json is not there", "make it, or name another"));
                return;
            }
            ReadProfile(group.Profile, file);
        }

        private void ReadProfile(string name, string path)
        {
            if (_profiles.ContainsKey(name) || _profileFaults.ContainsKey(name))
            {
                return;
            }
            var isFirst = !_parts.Profiles.TryGetValue(path, out var read);
            if (isFirst)
            {
                var entry = documents.EntryOf(path)!.Value;
                read = before.Parts.Profiles.GetValueOrDefault(path);
                if (read is null || !read.IsOf(entry))
                {
                    read = DocumentReader.Profile(entry, read?.Good, hintsOff);
                }
                Keep(_parts.Profiles, path, read);
            }
            if (read!.Good is not { } profile)
            {
                _profileFaults[name] = $"profile {name} is broken: {read.Faults[0]}";
                return;
            }
            _profiles[name] = profile;
            Name(ConfigKind.Ignition, profile.IgnitionId, _ignition, "ignition_id", "Ignition config");
            Name(ConfigKind.Generic, profile.GenericId, _generic, "generic_id", "generic file");
            Name(ConfigKind.Cloud, profile.CloudId, _cloud, "cloud_id", "cloud config");

            void Name(ConfigKind kind, string id, Dictionary<string, ConfigFile> configs, string key, string what)
            {
                if (id.Length == 0)
                {
                    return;
                }
                var file = PathOf(FolderOf(kind), id) ?? "";
                if (ReadConfig(kind, id, file) is not { } config)
                {
                    // Said once of each profile that names it.
                    if (isFirst)
                    {
                        _found.Add(read.FaultAt(key, path, $"profile {profile.Id} names the {what} \"{id}\", and {file} is not there", "make it, or name another"));
                    }
                }
                else if (config.Good is { } good)
                {
                    configs[id] = good;
                    if (kind == ConfigKind.Ignition && good.IsBroken)
                    {
                        _profileFaults[name] = $"profile {profile.Id}: its config is broken: {config.Faults[0]}";
                    }
                }
                else if (config.Document is null && isFirst)
                {
                    _found.Add(read.FaultAt(key, path, $"profile {profile.Id} names the {what} \"{id}\", and {file} {config.Why}", "make it, or name another"));
                }
            }
        }

        private ReadDocument<ConfigFile>? ReadConfig(ConfigKind kind, string name, string path)
        {
            if (documents.EntryOf(path) is not { } entry)
            {
                NoteElsewhere(path);
                return null;
            }
            // Raw or not is a matter of the name.
            var key = new ConfigKey(path, kind == ConfigKind.Ignition ? ConfigFile.IsRaw(name) ? ConfigUse.Ignition : ConfigUse.Butane : ConfigUse.Text);
            if (_parts.Configs.TryGetValue(key, out var read))
            {
                return read;
            }
            read = before.Parts.Configs.GetValueOrDefault(key);
            if (read is null || !read.IsOf(entry))
            {
                read = key.Use == ConfigUse.Text
                    ? DocumentReader.Text(entry, read?.Good)
                    : DocumentReader.Ignition(entry, key.Use == ConfigUse.Ignition, read?.Good);
            }
            if (read.Document is not null || read.Good is not null)
            {
                Keep(_parts.Configs, key, read);
            }
            else
            {
                // Whoever names it says that it cannot be read.
                _parts.Configs[key] = read;
            }
            NoteElsewhere(path);
            return read;
        }

        // A name may climb out of its part, and reads another file of the folder.
        private void NoteElsewhere(string path)
        {
            if (path.Length > 0 && DocumentPath.PartOf(path).Length == 0)
            {
                _parts.Elsewhere.Add(path);
            }
        }

        private void Keep<TKey, T>(Dictionary<TKey, ReadDocument<T>> reads, TKey key, ReadDocument<T> read)
            where TKey : notnull
            where T : class
        {
            reads[key] = read;
            _found.Add(read.Faults);
            foreach (var note in read.Notes)
            {
                _found.Note(note);
            }
        }

        // The group to use: this one, or the last good one when its templates fail and that one's did not.
        private Group Try(string path, Group group)
        {
            if (!_profiles.TryGetValue(group.Profile, out var profile))
            {
                return group;
            }
            var (ignition, generic, cloud) = (_ignition.GetValueOrDefault(profile.IgnitionId), _generic.GetValueOrDefault(profile.GenericId), _cloud.GetValueOrDefault(profile.CloudId));
            if ((ignition?.Template ?? generic?.Template ?? cloud?.Template) is null)
            {
                return group;
            }
            if (before.Parts.Samples.GetValueOrDefault(path) is not { } sample || !sample.IsOf(group, profile, ignition, generic, cloud))
            {
                sample = samples.Render(group, profile, ignition, generic, cloud);
            }
            _parts.Samples[path] = sample;
            foreach (var note in sample.Notes)
            {
                _found.Note(note);
            }
            foreach (var fault in sample.Faults)
            {
                _found.Add(fault, group);
            }
            if (!sample.Faults.IsEmpty && _parts.TryKeep(before, path, out var good, out var offer))
            {
                _kept[good] = offer;
                return good;
            }
            if (sample.Rendered is { } rendered)
            {
                _rendered[group] = rendered;
            }
            return group;
        }

        private static string? PathOf(string folder, string name) => DeclaredBytes.Clean(folder, name);

        private static string FolderOf(ConfigKind kind) => kind switch
        {
            ConfigKind.Ignition => DocumentPath.Ignition,
            ConfigKind.Generic => DocumentPath.Generic,
            _ => DocumentPath.Cloud,
        };
    }

    private enum ConfigKind
    {
        Ignition,
        Generic,
        Cloud,
    }
}
