using System.Globalization;
using System.Text;
using System.Text.Json;
using Matchbox.Core.Catalogs;

namespace Matchbox.Http.Boot;

/// <summary>
/// <c>/metadata</c>: each leaf of a group's metadata, its selectors and the request as a line <c>NAME=VALUE</c>, names upper-case
/// and joined by underscores. Lists and null are left out. Sorted, where poseidon/matchbox has a random order.
/// </summary>
internal static class MetadataText
{
    public static string Of(Group group, Labels labels, string rawQuery)
    {
        var lines = new List<string>();
        var selected = group.Selector.Keys.Select(key => key.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        if (group.Metadata.Length > 0)
        {
            using var metadata = JsonDocument.Parse(group.Metadata, new JsonDocumentOptions { MaxDepth = 256 });
            foreach (var member in metadata.RootElement.EnumerateObject())
            {
                // A selector stands for the metadata of its (lower-case) name, and the request for that of its own.
                if (member.Name != "request" && !selected.Contains(member.Name))
                {
                    Add(lines, member.Name, member.Value);
                }
            }
        }
        foreach (var (key, value) in group.Selector)
        {
            if (!key.Equals("request", StringComparison.OrdinalIgnoreCase))
            {
                lines.Add($"{Upper(key)}={value}");
            }
        }
        foreach (var (key, value) in labels)
        {
            lines.Add($"REQUEST_QUERY_{Upper(key)}={value}");
        }
        lines.Add($"REQUEST_RAW_QUERY={rawQuery}");
        lines.Sort(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line).Append('\n');
        }
        return text.ToString();
    }

    private static void Add(List<string> lines, string name, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Add(lines, $"{name}_{member.Name}", member.Value);
                }
                break;
            case JsonValueKind.String:
                lines.Add($"{Upper(name)}={value.GetString()}");
                break;
            case JsonValueKind.True or JsonValueKind.False:
                lines.Add($"{Upper(name)}={(value.ValueKind == JsonValueKind.True ? "true" : "false")}");
                break;
            case JsonValueKind.Number:
                lines.Add($"{Upper(name)}={GoNumber(value.GetDouble())}");
                break;
            default:
                break;
        }
    }

    // Go's strings.ToUpper, to which an octet that is no UTF-8 is U+FFFD.
    private static string Upper(string name)
    {
        var upper = name.ToUpperInvariant();
        return upper.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(upper)) : upper;
    }

    /// <summary>A float64 as Go's <c>%v</c> prints it: the fewest digits, with an exponent below -4 and from 6 on.</summary>
    internal static string GoNumber(double value)
    {
        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits <= 16; digits++)
        {
            var shorter = value.ToString($"E{digits}", CultureInfo.InvariantCulture);
            if (double.Parse(shorter, CultureInfo.InvariantCulture) == value)
            {
                text = shorter;
                break;
            }
        }
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent is < -4 or >= 6
            ? string.Create(CultureInfo.InvariantCulture, $"{text[..mark]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}")
            : value.ToString(CultureInfo.InvariantCulture);
    }
}
