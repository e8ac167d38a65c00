using System.Text.Json;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>Reads single documents: what each says by itself, whatever stands in others.</summary>
internal static class DocumentReader
{
    public static ReadDocument<Group> Group(DocumentEntry entry, Group? good) =>
        Json(entry, good, ["profile"], file => GroupReader.Read(file, entry.Path), (file, group) =>
        {
            if (group.Profile.Length == 0)
            {
                file.Note(0, $"group {group.Id} names no profile: its machines boot nothing");
            }
        });

    public static ReadDocument<Profile> Profile(DocumentEntry entry, Profile? good, IReadOnlySet<string> hintsOff) =>
        Json(entry, good, ["ignition_id", "generic_id", "cloud_id"], ProfileReader.Read, (file, profile) =>
        {
            foreach (var (rule, text) in KernelArgumentAdvice.On(profile).Where(advice => !hintsOff.Contains(advice.Rule)))
            {
                file.Note(ProfileReader.OffsetOf(file, "boot"), $"{text} [{rule}]");
            }
        });

    /// <summary>An Ignition config, or by its name a template of what becomes one.</summary>
    public static ReadDocument<ConfigFile> Ignition(DocumentEntry entry, bool isRaw, ConfigFile? good)
    {
        if (entry.Document is not { } document)
        {
            return Lost(entry, good);
        }
        if (!isRaw)
        {
            return Template(document, good);
        }
        var faults = new List<CatalogFault>();
        if (!JsonText.TryParse(document.Path, Octets(document), out var text, out var fault))
        {
            faults.Add(fault);
        }
        else
        {
            CheckIgnition(new DeclaredFile(document.Path, text, faults, []));
        }
        var config = faults.Count == 0 ? ConfigFile.Raw(document.Path, document.Content) : null;
        return new ReadDocument<ConfigFile> { Document = document, Value = config, Good = config ?? Last(good, ConfigFile.Broken(document.Path, document.Content)), Faults = [.. faults] };
    }

    /// <summary>A file that has no meaning to us: a template when there is an action in it, else its own rendering.</summary>
    public static ReadDocument<ConfigFile> Text(DocumentEntry entry, ConfigFile? good)
    {
        if (entry.Document is not { } document)
        {
            return Lost(entry, good);
        }
        if (document.Content.Span.IndexOf("{{"u8) >= 0)
        {
            return Template(document, good);
        }
        var raw = ConfigFile.Raw(document.Path, document.Content);
        return new ReadDocument<ConfigFile> { Document = document, Value = raw, Good = raw };
    }

    private static ReadDocument<ConfigFile> Template(CatalogDocument document, ConfigFile? good) =>
        ConfigFile.TryCompile(document.Path, document.Content, out var compiled, out var error)
            ? new ReadDocument<ConfigFile> { Document = document, Value = compiled, Good = compiled }
            : new ReadDocument<ConfigFile>
            {
                Document = document,
                Good = Last(good, ConfigFile.Broken(document.Path, document.Content, error)),
                Faults = [new CatalogFault(document.Path, error.Line, error.Column + 1, error.Message, "it is a Go template (text/template): mend it, or write {{\"{{\"}} for two braces")],
            };

    // Where nothing good was ever read, whoever asks is told what is wrong with what is there.
    private static ConfigFile Last(ConfigFile? good, ConfigFile broken) => good is { IsBroken: false } ? good : broken;

    private static ReadDocument<T> Json<T>(DocumentEntry entry, T? good, ReadOnlySpan<string> keys, Func<DeclaredFile, T?> read, Action<DeclaredFile, T> advise)
        where T : class
    {
        if (entry.Document is not { } document)
        {
            return Lost(entry, good);
        }
        if (document.Content.Length > DeclaredBytes.MaxDocument)
        {
            return Broken(document, good, new CatalogFault(document.Path, 1, 1, $"has {document.Content.Length} octets, more than {DeclaredBytes.MaxDocument}", ""));
        }
        if (!JsonText.TryParse(document.Path, Octets(document), out var text, out var fault))
        {
            return Broken(document, good, fault);
        }
        var faults = new List<CatalogFault>();
        var notes = new List<string>();
        var file = new DeclaredFile(document.Path, text, faults, notes);
        var value = read(file);
        var places = System.Collections.Immutable.ImmutableDictionary.CreateBuilder<string, (int, int)>();
        if (value is not null)
        {
            advise(file, value);
            foreach (var key in keys)
            {
                if (ProfileReader.OffsetOf(file, key) is > 0 and var offset)
                {
                    places[key] = text.PositionOf(offset);
                }
            }
        }
        return new ReadDocument<T>
        {
            Document = document, Value = value, Good = value ?? good, Faults = [.. faults], Notes = [.. notes], Places = places.ToImmutable(),
        };
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

    private static ReadDocument<T> Lost<T>(DocumentEntry entry, T? good)
        where T : class => new() { Document = null, Why = entry.Why, Good = good, Faults = [new CatalogFault(entry.Path, 1, 1, entry.Why, "")] };

    private static ReadDocument<T> Broken<T>(CatalogDocument document, T? good, CatalogFault fault)
        where T : class => new() { Document = document, Good = good, Faults = [fault] };

    private static byte[] Octets(CatalogDocument document) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(document.Content, out var array) && array.Offset == 0 && array.Count == array.Array!.Length
            ? array.Array
            : document.Content.ToArray();
}
