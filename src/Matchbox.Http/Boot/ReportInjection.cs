using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Matchbox.Core.Boot;

namespace Matchbox.Http.Boot;

/// <summary>Adds to an installer's Ignition config the file that says where and with which token to report.</summary>
public static class ReportInjection
{
    /// <summary>The file's path on the machine.</summary>
    public const string Path = "/etc/matchbox/report.json";

    private const int OwnerOnly = 0x180; // 0600; Ignition wants decimal

    /// <summary>The config with the file; as it was when the config writes that path itself or is not what it should be.</summary>
    public static ReadOnlyMemory<byte> Add(ReadOnlyMemory<byte> config, ReportAddress report)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(config.Span);
            if (root is not JsonObject document || Version(document) is not { } version)
            {
                return config;
            }
            var files = ListIn(ObjectIn(document, "storage"), "files");
            if (files is null || files.Any(file => file is JsonObject entry && Text(entry, "path") == Path))
            {
                return config;
            }
            files.Add((JsonNode)FileFor(report, isOld: version.StartsWith("2.", StringComparison.Ordinal)));
        }
        catch (Exception unusual) when (unusual is JsonException or ArgumentException or InvalidOperationException)
        {
            // Keys that stand twice, or values of another kind: the machine's Ignition is the judge of those, not we.
            return config;
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static JsonObject FileFor(ReportAddress report, bool isOld)
    {
        var content = new JsonObject { ["url"] = report.Url, ["token"] = report.Token, ["mac"] = report.Mac.ToString() }.ToJsonString();
        var file = new JsonObject
        {
            ["path"] = Path,
            ["mode"] = OwnerOnly,
            ["contents"] = new JsonObject { ["source"] = $"data:application/json;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(content))}" },
            ["overwrite"] = true,
        };
        if (isOld)
        {
            file["filesystem"] = "root";
        }
        return file;
    }

    // Ignition's keys are read without regard to case.
    private static JsonNode? Find(JsonObject parent, string key) =>
        parent.FirstOrDefault(member => member.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value;

    private static string? Text(JsonObject parent, string key) => Find(parent, key) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string? Version(JsonObject document) => Find(document, "ignition") is JsonObject ignition ? Text(ignition, "version") : null;

    private static JsonObject? ObjectIn(JsonObject parent, string key)
    {
        switch (Find(parent, key))
        {
            case JsonObject present:
                return present;
            case null:
                Remove(parent, key);
                var added = new JsonObject();
                parent[key] = added;
                return added;
            default:
                return null;
        }
    }

    private static JsonArray? ListIn(JsonObject? parent, string key)
    {
        switch (parent is null ? JsonValue.Create(false) : Find(parent, key))
        {
            case JsonArray present:
                return present;
            case null:
                Remove(parent!, key);
                var added = new JsonArray();
                parent![key] = added;
                return added;
            default:
                return null;
        }
    }

    private static void Remove(JsonObject parent, string key)
    {
        foreach (var name in parent.Select(member => member.Key).Where(name => name.Equals(key, StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            parent.Remove(name);
        }
    }
}
