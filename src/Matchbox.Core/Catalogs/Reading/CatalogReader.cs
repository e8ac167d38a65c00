using System.Collections.Immutable;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>
/// Makes a catalog of documents. Given the reading before, only what changed is parsed and tried anew, and what broke since stays
/// as it last was good: a document takes nothing away but itself. Pure.
/// </summary>
internal sealed class CatalogReader(IReadOnlySet<string> hintsOff, bool strict = false)
{
    private readonly ConfigSamples _samples = new(hintsOff);

    /// <summary>Reads all of them. A few groups that changed cost what they are, however many there are.</summary>
    /// <param name="documents">All of them.</param>
    /// <param name="before">The documents and the reading before; null: this is the first, and what is broken is left out.</param>
    /// <param name="place">The folder's name, for a person.</param>
    public CatalogReading Read(DocumentSet documents, (DocumentSet Documents, CatalogReading Reading)? before, string place) =>
        before is { } last
            ? FewGroups.TryRead(documents, last.Documents, last.Reading, _samples) ?? ReadAll(documents, last.Reading, place)
            : ReadAll(documents, new CatalogReading(Catalog.Empty, [], []), place);

    /// <summary>Reads all of them by looking at each.</summary>
    internal CatalogReading ReadAll(DocumentSet documents, CatalogReading before, string place) => new Pass(documents, before, hintsOff, strict, _samples).Run(place);

    private sealed class Pass(DocumentSet documents, CatalogReading before, IReadOnlySet<string> hintsOff, bool strict, ConfigSamples samples)
    {
        private readonly ReadingParts _parts = new();
        private readonly FaultList _found = new();
        private readonly List<string> _unread = [];
        private readonly CatalogNames _names = new();
        private readonly GroupTrial _trial = new(before, samples);

        public CatalogReading Run(string place)
        {
            TellFolder(place);
            var entries = Listed(DocumentPath.Groups);
            var profiles = Listed(DocumentPath.Profiles);
            var ofFolder = _found.End();
            var old = entries.ConvertAll(entry => before.Parts.Groups.GetValueOrDefault(entry.Path));
            var read = new ReadDocument<Group>[entries.Count];
            for (var i = 0; i < read.Length; i++)
            {
                read[i] = GroupTrial.Read(entries[i], old[i]);
            }
            foreach (var entry in profiles)
            {
                ReadProfile(System.IO.Path.GetFileNameWithoutExtension(entry.Path), entry.Path);
            }
            foreach (var group in read)
            {
                ReadProfileOf(group);
            }
            var groups = new List<KeyValuePair<string, ReadGroup>>(read.Length);
            for (var i = 0; i < read.Length; i++)
            {
                groups.Add(KeyValuePair.Create(entries[i].Path, _trial.Try(entries[i].Path, read[i], old[i], _names)));
            }
            var parts = _parts with
            {
                Groups = PathMap<ReadGroup>.OfOrdered(groups),
                Telling = PathMap<ReadGroup>.OfOrdered(groups.FindAll(group => group.Value.Tells)),
                OfFolder = ofFolder,
                Unread = [.. _unread],
                OfProfiles = _found.End(),
                Shadowed = [.. documents.Shadowed],
            };
            return parts.With(new Catalog(
                [.. groups.Where(group => group.Value.InUse is not null).Select(group => group.Value.ForCatalog)],
                _names, strict, before.Catalog, FewGroups.Between(before.Parts.Groups, parts.Groups)));
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
            _found.Add(folder.Faults, []);
        }

        private List<DocumentEntry> Listed(string part)
        {
            var listed = new List<DocumentEntry>();
            foreach (var entry in documents.In(part).Where(entry => DocumentPath.IsListed(part, entry.Path)))
            {
                if (DocumentPath.IsJson(entry.Path))
                {
                    listed.Add(entry);
                }
                else if (FewGroups.IsToldUnread(entry.Path))
                {
                    _unread.Add(entry.Path);
                }
            }
            return listed;
        }

        private void ReadProfileOf(ReadDocument<Group> read)
        {
            if (read.Good is { Profile: { Length: > 0 } name } && PathOf(DocumentPath.Profiles, name + ".json") is { } file)
            {
                if (!DocumentPath.IsIn(DocumentPath.Profiles, file))
                {
                    _parts.NamedOtherwise.Add(file);
                }
                if (documents.EntryOf(file) is not null)
                {
                    ReadProfile(name, file);
                }
            }
        }

        private void ReadProfile(string name, string path)
        {
            if (_names.Profiles.ContainsKey(name) || _names.Faults.ContainsKey(name))
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
                _names.Faults[name] = $"profile {name} is broken: {read.Faults[0]}";
                return;
            }
            _names.Profiles[name] = profile;
            Name(ConfigKind.Ignition, profile.IgnitionId, _names.Ignition, "ignition_id", "Ignition config");
            Name(ConfigKind.Generic, profile.GenericId, _names.Generic, "generic_id", "generic file");
            Name(ConfigKind.Cloud, profile.CloudId, _names.Cloud, "cloud_id", "cloud config");

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
                        _names.Faults[name] = $"profile {profile.Id}: its config is broken: {config.Faults[0]}";
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
            NoteNamed(path, FolderOf(kind));
            if (documents.EntryOf(path) is not { } entry)
            {
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
            return read;
        }

        // A name may climb out of its part, and reads another file of the folder.
        private void NoteNamed(string path, string part)
        {
            if (path.Length > 0 && !DocumentPath.IsIn(part, path))
            {
                _ = (DocumentPath.PartOf(path).Length == 0 ? _parts.Elsewhere : _parts.NamedOtherwise).Add(path);
            }
        }

        private void Keep<TKey, T>(Dictionary<TKey, ReadDocument<T>> reads, TKey key, ReadDocument<T> read)
            where TKey : notnull
            where T : class
        {
            reads[key] = read;
            _found.Add(read.Faults, read.Notes);
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
