using Google.Protobuf;
using Matchbox.Butane.Ignition;
using Matchbox.Core.Catalogs;
using Group = Matchbox.Http.Grpc.Wire.Group;

namespace Matchbox.Http.Grpc.Documents;

/// <summary>Groups between the wire and their files, as poseidon/matchbox writes and reads them.</summary>
internal static class GroupText
{
    private const string Struct = "Go struct field RichGroup";
    private const string AnyMap = "map[string]interface {}";

    /// <summary>The file of a group; null with the fault, in Go's words, when its metadata is no JSON object.</summary>
    public static ReadOnlyMemory<byte>? Write(Group group, out string fault)
    {
        var metadata = MetadataOf(group.Metadata.Span, out fault);
        if (metadata is null)
        {
            return null;
        }
        var json = new GoJsonWriter(indented: true);
        json.Open('{');
        WriteText(json, "id", group.Id);
        WriteText(json, "name", group.Name);
        WriteText(json, "profile", group.Profile);
        if (group.Selector.Count > 0)
        {
            json.Key("selector");
            json.Open('{');
            foreach (var (key, value) in SelectorOf(group))
            {
                json.Key(key);
                json.Text(value);
            }
            json.Close('}');
        }
        if (metadata.Count > 0)
        {
            json.Key("metadata");
            WriteMap(json, metadata);
        }
        json.Close('}');
        return Finished(json, out fault);
    }

    /// <summary>The group of a file; null with the fault in Go's words. MACs in selectors come in lower-case colon form.</summary>
    public static Group? Read(ReadOnlySpan<byte> file, out string fault)
    {
        if (!GoJson.TryParse(file, out var root, out var malformed))
        {
            fault = malformed.Message;
            return null;
        }
        var fields = new GoFields();
        var group = new Group();
        var selector = GoMap.New<string>();
        SortedDictionary<string, JsonNode>? metadata = null;
        foreach (var member in fields.IsObject(root, "Go value", "storagepb.RichGroup") ? root.Members : [])
        {
            switch (GoFields.FieldOf(member.Key, ["id", "name", "profile", "selector", "metadata"]))
            {
                case "id":
                    group.Id = fields.TextOf(member.Value, group.Id, $"{Struct}.id");
                    break;
                case "name":
                    group.Name = fields.TextOf(member.Value, group.Name, $"{Struct}.name");
                    break;
                case "profile":
                    group.Profile = fields.TextOf(member.Value, group.Profile, $"{Struct}.profile");
                    break;
                case "selector":
                    ReadSelector(fields, member.Value, selector);
                    break;
                case "metadata":
                    metadata = ReadMetadata(fields, member.Value, metadata);
                    break;
            }
        }
        fault = fields.Fault ?? NormaliseMacs(selector) ?? "";
        if (fault.Length > 0)
        {
            return null;
        }
        group.Selector.Add(selector);
        if (metadata is not null)
        {
            var json = new GoJsonWriter(indented: false);
            WriteMap(json, metadata);
            group.Metadata = UnsafeByteOperations.UnsafeWrap(json.Written);
        }
        return group;
    }

    /// <summary>A group of the catalog as it goes over the wire.</summary>
    public static Group Of(Core.Catalogs.Group group)
    {
        var message = new Group { Id = group.Id, Name = group.Name, Profile = group.Profile };
        foreach (var (key, value) in group.Selector)
        {
            message.Selector[key] = value;
        }
        if (MetadataOf(System.Text.Encoding.UTF8.GetBytes(group.Metadata), out _) is { Count: > 0 } metadata)
        {
            var json = new GoJsonWriter(indented: false);
            WriteMap(json, metadata);
            message.Metadata = UnsafeByteOperations.UnsafeWrap(json.Written);
        }
        return message;
    }

    /// <summary>A text field, left out when it is empty.</summary>
    public static void WriteText(GoJsonWriter json, string key, string value)
    {
        if (value.Length > 0)
        {
            json.Key(key);
            json.Text(value);
        }
    }

    /// <summary>What was written, unless it is too long.</summary>
    public static ReadOnlyMemory<byte>? Finished(GoJsonWriter json, out string fault)
    {
        fault = json.IsTooLong ? $"the document would have more than {GoJsonWriter.MaxLength >> 20} MiB" : "";
        // A bare null would become an empty memory here, and that is a document.
        return json.IsTooLong ? default(ReadOnlyMemory<byte>?) : json.Written;
    }

    private static SortedDictionary<string, string> SelectorOf(Group group)
    {
        var selector = GoMap.New<string>();
        foreach (var (key, value) in group.Selector)
        {
            selector[key] = value;
        }
        return selector;
    }

    // Empty, null and {} are all no metadata.
    private static SortedDictionary<string, JsonNode>? MetadataOf(ReadOnlySpan<byte> text, out string fault)
    {
        fault = "";
        if (text.IsEmpty)
        {
            return GoMap.New<JsonNode>();
        }
        if (!GoJson.TryParse(text, out var root, out var malformed))
        {
            fault = malformed.Message;
            return null;
        }
        var fields = new GoFields();
        if (fields.IsObject(root, "Go value", AnyMap))
        {
            fields.CheckAny(root, "Go value");
        }
        fault = fields.Fault ?? "";
        return fields.Fault is null ? GoMap.Of(root) : null;
    }

    private static void ReadSelector(GoFields fields, JsonNode node, SortedDictionary<string, string> selector)
    {
        const string field = Struct + ".selector";
        if (fields.IsObject(node, field, "map[string]string"))
        {
            foreach (var member in node.Members)
            {
                selector[member.Key] = fields.TextOf(member.Value, "", field);
            }
        }
        else if (node.Kind == JsonKind.Null)
        {
            selector.Clear();
        }
    }

    private static SortedDictionary<string, JsonNode>? ReadMetadata(GoFields fields, JsonNode node, SortedDictionary<string, JsonNode>? before)
    {
        const string field = Struct + ".metadata";
        if (!fields.IsObject(node, field, AnyMap))
        {
            return node.Kind == JsonKind.Null ? null : before;
        }
        fields.CheckAny(node, field);
        before ??= GoMap.New<JsonNode>();
        foreach (var member in node.Members)
        {
            before[member.Key] = member.Value;
        }
        return before;
    }

    private static string? NormaliseMacs(SortedDictionary<string, string> selector)
    {
        foreach (var (key, value) in selector.Where(pair => pair.Key.Equals("mac", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            if (!Labels.TryNormaliseMac(value, out var mac))
            {
                return value.Length > 0 ? $"address {value}: invalid MAC address" : "invalid MAC address";
            }
            selector[key] = mac;
        }
        return null;
    }

    private static void WriteMap(GoJsonWriter json, SortedDictionary<string, JsonNode> map)
    {
        json.Open('{');
        foreach (var (key, value) in map)
        {
            json.Key(key);
            json.Value(value);
        }
        json.Close('}');
    }
}
