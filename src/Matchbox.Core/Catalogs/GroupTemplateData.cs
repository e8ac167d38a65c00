using System.Text.Json;
using Matchbox.Templates;

namespace Matchbox.Core.Catalogs;

/// <summary>What a group gives to templates: its metadata and selectors, made into values once; a request adds its own.</summary>
internal sealed class GroupTemplateData
{
    private readonly TemplateValue _own;
    private readonly bool _hasArming;

    // A selector stands for the metadata of its lower-case name.
    public GroupTemplateData(Group group)
    {
        var data = new Dictionary<string, TemplateValue>(StringComparer.Ordinal);
        if (group.Metadata.Length > 0)
        {
            using var document = JsonDocument.Parse(group.Metadata, ConfigRenderer.MetadataOptions);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (TemplateValue.TryFromJson(member.Value, out var value))
                {
                    data[member.Name] = value;
                }
            }
        }
        foreach (var (key, value) in group.Selector)
        {
            data[key.ToLowerInvariant()] = TemplateValue.FromString(value);
        }
        _hasArming = data.ContainsKey("arming");
        _own = TemplateValue.FromMap(data);
    }

    /// <summary>
    /// With what the request said, which stands for the metadata <c>request</c>; and with what the machine is armed for, where a template
    /// asks for it and the group's metadata has nothing of that name.
    /// </summary>
    public TemplateValue For(RequestData request, bool withArming)
    {
        var data = _own.With("request", TemplateValue.FromMap(
        [
            KeyValuePair.Create("query", TemplateValue.FromTextMap(request.Query)),
            KeyValuePair.Create("raw_query", TemplateValue.FromString(request.RawQuery)),
        ]));
        return withArming && !_hasArming ? data.With("arming", TemplateValue.FromMap([KeyValuePair.Create("disk", TemplateValue.FromString(request.Disk?.Device ?? ""))])) : data;
    }
}
