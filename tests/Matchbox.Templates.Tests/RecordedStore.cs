using System.Text.Json;
using Matchbox.Core.Catalogs;

namespace Matchbox.Templates.Tests;

/// <summary>
/// A data folder of poseidon/matchbox, read just well enough to say which template a recorded request renders, and with which data.
/// </summary>
internal sealed class RecordedStore
{
    private static readonly JsonDocumentOptions Strict = new() { AllowTrailingCommas = false };

    private readonly string _folder;
    private readonly List<StoredGroup> _groups = [];

    public RecordedStore(string folder)
    {
        _folder = folder;
        var groups = Path.Combine(folder, "groups");
        foreach (var file in Directory.Exists(groups) ? Directory.GetFiles(groups, "*.json") : [])
        {
            if (StoredGroup.TryRead(File.ReadAllBytes(file)) is { } group)
            {
                _groups.Add(group);
            }
        }
        _groups.Sort((one, other) => other.Selector.Count.CompareTo(one.Selector.Count) is var order and not 0
            ? order
            : string.CompareOrdinal(other.SelectorText, one.SelectorText));
    }

    /// <summary>The template's file and its data; null: the request ends before a template is looked at.</summary>
    /// <param name="kind"><c>generic</c>, <c>cloud</c> or <c>ignition</c>.</param>
    /// <param name="query">What comes after the question mark, as sent.</param>
    public (string File, TemplateValue Data)? Find(string kind, string query)
    {
        var labels = LabelsOf(query);
        var group = _groups.Find(group => group.Selector.All(pair => labels[pair.Key] == pair.Value));
        if (group is null || Inside($"profiles/{group.Profile}.json") is not { } profile)
        {
            return null;
        }
        using var document = Parse(File.ReadAllBytes(profile));
        var name = document?.RootElement.EnumerateObject()
            .LastOrDefault(member => member.Name.Equals($"{kind}_id", StringComparison.OrdinalIgnoreCase)).Value is { ValueKind: JsonValueKind.String } id
            ? id.GetString()!
            : "";
        return name.Length > 0 && Inside($"{kind}/{name}") is { } file ? (file, DataOf(group, labels, query)) : null;
    }

    private static TemplateValue DataOf(StoredGroup group, Labels labels, string query)
    {
        var data = new Dictionary<string, TemplateValue>(group.Metadata, StringComparer.Ordinal);
        foreach (var (key, value) in group.Selector)
        {
            data[key.ToLowerInvariant()] = TemplateValue.FromString(value);
        }
        data["request"] = TemplateValue.FromMap(new Dictionary<string, TemplateValue>
        {
            ["query"] = TemplateValue.FromTextMap(labels),
            ["raw_query"] = TemplateValue.FromString(query),
        });
        return TemplateValue.FromMap(data);
    }

    private static Labels LabelsOf(string query)
    {
        var labels = new Labels();
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.IndexOf('=', StringComparison.Ordinal) is var at and >= 0 ? (pair[..at], pair[(at + 1)..]) : (pair, "");
            if (!pair.Contains(';', StringComparison.Ordinal) && IsEscaped(key) && IsEscaped(value))
            {
                labels.Add(Unescape(key), Unescape(value));
            }
        }
        return labels;
    }

    private static bool IsEscaped(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                return false;
            }
        }
        return true;
    }

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private string? Inside(string path)
    {
        var full = Path.GetFullPath("/" + path);
        var file = _folder + full;
        return File.Exists(file) ? file : null;
    }

    private static JsonDocument? Parse(byte[] json)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record StoredGroup(string Profile, SortedDictionary<string, string> Selector, Dictionary<string, TemplateValue> Metadata)
    {
        public string SelectorText => string.Join(',', Selector.Select(pair => $"{pair.Key}={pair.Value}"));

        public static StoredGroup? TryRead(byte[] json)
        {
            using var document = Parse(json);
            if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root)
            {
                return null;
            }
            var group = new StoredGroup("", new(StringComparer.Ordinal), new(StringComparer.Ordinal));
            foreach (var member in root.EnumerateObject())
            {
                var value = member.Value;
                switch (member.Name.ToLowerInvariant())
                {
                    case "profile":
                        group = group with { Profile = value.GetString()! };
                        break;
                    case "selector" or "metadata" when value.ValueKind == JsonValueKind.Null:
                        break;
                    case "selector" when value.ValueKind != JsonValueKind.Object || !group.ReadSelector(value):
                    case "metadata" when value.ValueKind != JsonValueKind.Object:
                        return null;
                    case "metadata":
                        foreach (var entry in value.EnumerateObject())
                        {
                            Assert.True(TemplateValue.TryFromJson(entry.Value, out var item));
                            group.Metadata[entry.Name] = item;
                        }
                        break;
                }
            }
            return group;
        }

        private bool ReadSelector(JsonElement selector)
        {
            foreach (var entry in selector.EnumerateObject())
            {
                if (entry.Value.ValueKind != JsonValueKind.String)
                {
                    return false;
                }
                var value = entry.Value.GetString()!;
                if (entry.Name.Equals("mac", StringComparison.OrdinalIgnoreCase) && !Labels.TryNormaliseMac(value, out value))
                {
                    return false;
                }
                Selector[entry.Name] = value;
            }
            return true;
        }
    }
}
