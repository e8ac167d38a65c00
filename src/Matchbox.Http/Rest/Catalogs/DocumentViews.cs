using System.Text;
using System.Text.Json;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Http.Rest.Catalogs;

/// <summary>Documents as lists show them: what can be read of them, broken ones included.</summary>
internal static class DocumentViews
{
    // As the catalog reads them: keys in any case, of equal ones the last counts.
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 256 };

    public static GroupView GroupOf(CatalogDocument document)
    {
        var read = Read(document);
        return new GroupView
        {
            Id = DocumentKind.Group.IdOf(document.Path),
            Path = document.Path,
            Origin = OriginOf(document),
            Revision = document.Revision,
            Name = Text(read, "name"),
            Profile = Text(read, "profile"),
            Selector = Object(read, "selector"),
            Metadata = Object(read, "metadata"),
            IsReadable = read is not null,
        };
    }

    public static ProfileView ProfileOf(CatalogDocument document)
    {
        var read = Read(document);
        var boot = Object(read, "boot");
        return new ProfileView
        {
            Id = DocumentKind.Profile.IdOf(document.Path),
            Path = document.Path,
            Origin = OriginOf(document),
            Revision = document.Revision,
            Name = Text(read, "name"),
            Kernel = Text(boot, "kernel"),
            IgnitionId = Text(read, "ignition_id"),
            GenericId = Text(read, "generic_id"),
            CloudId = Text(read, "cloud_id"),
            Install = Member(read, "install") is { ValueKind: JsonValueKind.True or JsonValueKind.False } install ? install.GetBoolean() : null,
            IsReadable = read is not null,
        };
    }

    public static ConfigView ConfigOf(DocumentKind kind, CatalogDocument document) => new()
    {
        Id = kind.IdOf(document.Path),
        Kind = kind.Part,
        Path = document.Path,
        Origin = OriginOf(document),
        Revision = document.Revision,
        Octets = document.Content.Length,
        IsTemplate = document.Content.Span.IndexOf("{{"u8) >= 0,
    };

    public static string OriginOf(CatalogDocument document) => document.Origin.ToString().ToLowerInvariant();

    /// <summary>Does a selector ask for this value of this label: the text, one of a list, or what an object of conditions names.</summary>
    public static bool Names(JsonElement? selector, string key, string value) => Member(selector, key) switch
    {
        { ValueKind: JsonValueKind.String } text => text.ValueEquals(value),
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(value)),
        _ => false,
    };

    public static string Text(JsonElement? parent, string name)
    {
        try
        {
            return Member(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate.
            return "";
        }
    }

    public static JsonElement? Read(CatalogDocument document)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content, Reading);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Object(JsonElement? parent, string name) => Member(parent, name) is { ValueKind: JsonValueKind.Object } found ? found : null;

    private static JsonElement? Member(JsonElement? parent, string name)
    {
        if (parent is not { ValueKind: JsonValueKind.Object } of)
        {
            return null;
        }
        JsonElement? found = null;
        var wanted = Encoding.UTF8.GetBytes(name);
        foreach (var member in of.EnumerateObject())
        {
            if (member.NameEquals(wanted) || IsAlike(member, name))
            {
                found = member.Value;
            }
        }
        return found;
    }

    private static bool IsAlike(JsonProperty member, string name)
    {
        try
        {
            return member.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
