using System.Collections.Immutable;
using System.Text.Json;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Networks;
using Matchbox.Protocols.Dhcp;
using Matchbox.Templates;

namespace Matchbox.Core.Catalogs;

/// <summary>A group from its file.</summary>
internal static class GroupReader
{
    /// <summary>The group, or null with a fault.</summary>
    /// <param name="file">What it says.</param>
    /// <param name="path">Its path, whose name is the group's id where the file says none.</param>
    public static Group? Read(DeclaredFile file, string path)
    {
        string id = "", title = "", profile = "";
        var selector = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var match = ImmutableSortedDictionary.CreateBuilder<string, LabelCondition>(StringComparer.Ordinal);
        var priority = 0;
        var metadata = new List<JsonMember>();
        var options = ImmutableArray.CreateBuilder<ConfiguredOption>();
        var protection = new ProtectionReader(file);
        foreach (var (key, member) in file.Fields(
            file.Root, "a group", "id", "name", "profile", "selector", "match", "priority", "metadata", "options", ProtectionReader.ProtectKey, ProtectionReader.HoldKey))
        {
            switch (key)
            {
                case "id":
                    id = file.TextOf(member, id);
                    break;
                case "name":
                    title = file.TextOf(member, title);
                    break;
                case "profile":
                    profile = file.TextOf(member, profile);
                    break;
                case "selector":
                    ReadSelector(file, member.Value, selector);
                    break;
                case "match":
                    ConditionReader.Read(file, member.Value, match);
                    break;
                case "priority":
                    priority = file.WholeNumberOf(member, priority);
                    break;
                case "metadata":
                    file.RequireObject(member.Value, "\"metadata\"");
                    metadata.AddRange(member.Value.Kind == JsonValueKind.Object ? member.Value.Members : []);
                    CheckMetadata(file, metadata);
                    break;
                case ProtectionReader.ProtectKey or ProtectionReader.HoldKey:
                    protection.Read(key, member);
                    break;
                default:
                    ReadOptions(file, member.Value, options);
                    break;
            }
        }
        var protects = protection.End();
        return file.IsSound ? new Group
        {
            Id = id.Length > 0 ? id : System.IO.Path.GetFileNameWithoutExtension(path),
            Name = title,
            Path = path,
            Profile = profile,
            Selector = selector.ToImmutable(),
            Match = match.ToImmutable(),
            Priority = priority,
            Metadata = metadata.Count == 0 ? "" : DeclaredFile.Compact(metadata),
            Options = options.ToImmutable(),
            Protection = protects,
        } : null;
    }

    private static void ReadSelector(DeclaredFile file, JsonPart part, ImmutableSortedDictionary<string, string>.Builder selector)
    {
        file.RequireObject(part, "\"selector\"");
        foreach (var member in part.Members)
        {
            var value = file.TextOf(member, "");
            if (member.Name.Equals("mac", StringComparison.OrdinalIgnoreCase) && member.Value.Kind == JsonValueKind.String
                && !Labels.TryNormaliseMac(value, out value))
            {
                file.Fault(member.Value.Offset, $"the selector's \"{member.Value.Text}\" is no MAC address", "write it like 52:54:00:12:34:56");
            }
            selector[member.Name] = value;
        }
    }

    // What a template can be given: a number beyond a double is none.
    private static void CheckMetadata(DeclaredFile file, List<JsonMember> metadata)
    {
        foreach (var member in metadata)
        {
            using var document = JsonDocument.Parse(DeclaredFile.Compact([member]), ConfigRenderer.MetadataOptions);
            if (!TemplateValue.TryFromJson(document.RootElement, out _))
            {
                file.Fault(member.Value.Offset, $"the metadata \"{member.Name}\" holds a number too large or nests too deep for a template", "write such a number as a text");
            }
        }
    }

    // "options": { "ntp-servers": ["10.0.0.1"], "209": { "type": "text", "value": "x" } }
    private static void ReadOptions(DeclaredFile file, JsonPart part, ImmutableArray<ConfiguredOption>.Builder options)
    {
        file.RequireObject(part, "\"options\"");
        foreach (var member in part.Members)
        {
            string? type = null;
            var value = member.Value;
            if (value.Kind == JsonValueKind.Object)
            {
                var named = value.Members.FirstOrDefault(part => part.Name == "type").Value;
                var typed = value.Members.FirstOrDefault(part => part.Name == "value").Value;
                if (named is not { Kind: JsonValueKind.String } || typed is null || value.Members.Length > 2)
                {
                    file.Fault(value.Offset, $"option \"{member.Name}\" has an object for a value", "write { \"type\": \"hex\", \"value\": \"01:02\" }");
                    continue;
                }
                (type, value) = (named.Text, typed);
            }
            ImmutableArray<JsonPart> items = value.Kind == JsonValueKind.Array ? value.Items : [value];
            if (items.Any(item => item.Kind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null))
            {
                file.Fault(value.Offset, $"the value of option \"{member.Name}\" is {value.Describe()}", "write a text, a number, true, false or a list of them");
            }
            else if (!DhcpOptionCatalog.TryEncode(member.Name, type, [.. items.Select(item => item.Text)], out var code, out var octets, out var error))
            {
                file.Fault(member.Offset, error, "");
            }
            else if (options.Any(other => other.Code == code))
            {
                file.Fault(member.Offset, $"option {DhcpOptionCatalog.NameOf((DhcpOptionCode)code)} ({code}) stands here twice", "keep one");
            }
            else
            {
                options.Add(new ConfiguredOption(code, [.. octets]));
            }
        }
    }
}
