using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Http.Rest.Catalogs;

/// <summary>A kind of the catalog's documents: where they are, and how a call names one.</summary>
/// <param name="Part">The part of poseidon/matchbox's layout, such as <c>groups</c>.</param>
/// <param name="Noun">What one of them is called.</param>
/// <param name="Extension">What a file's name has beyond the id.</param>
/// <param name="MediaType">Of the document itself.</param>
internal sealed record DocumentKind(string Part, string Noun, string Extension, string MediaType)
{
    private const int MaxId = 255;

    public static readonly DocumentKind Group = new("groups", "group", ".json", "application/json");
    public static readonly DocumentKind Profile = new("profiles", "profile", ".json", "application/json");

    /// <summary>Configs by the kind that a path names.</summary>
    public static readonly IReadOnlyList<DocumentKind> Configs =
    [
        new("ignition", "Ignition config", "", "text/plain; charset=utf-8"),
        new("generic", "generic file", "", "text/plain; charset=utf-8"),
        new("cloud", "cloud config", "", "text/plain; charset=utf-8"),
    ];

    /// <summary>Octets of one: those that the catalog reads.</summary>
    public int MaxOctets => Extension.Length > 0 ? 1 << 20 : 16 << 20;

    public bool IsJson => Extension.Length > 0;

    /// <summary>The kind of a path of the layout, with the id there.</summary>
    public static bool TryOf(string path, [NotNullWhen(true)] out DocumentKind? kind, out string id)
    {
        kind = new[] { Group, Profile }.Concat(Configs).FirstOrDefault(kind => path.StartsWith($"{kind.Part}/", StringComparison.Ordinal));
        id = "";
        if (kind is null || !path.EndsWith(kind.Extension, StringComparison.Ordinal) || path.Length <= kind.Part.Length + 1 + kind.Extension.Length)
        {
            return false;
        }
        id = path[(kind.Part.Length + 1)..^kind.Extension.Length];
        return IsId(id);
    }

    /// <summary>The document's path in the layout; null: no document can be called so.</summary>
    public string? PathOf(string id) => PathOfUnescaped(id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    /// <summary>The id that a call names this document by.</summary>
    public string IdOf(string path) => path[(Part.Length + 1)..^Extension.Length];

    /// <summary>Is it a document of this kind, and not some other file that lies there?</summary>
    public bool Has(string path) => path.Length > Part.Length + 1 + Extension.Length && path.EndsWith(Extension, StringComparison.Ordinal);

    // The server leaves this one escape in a path.
    private string? PathOfUnescaped(string id) => IsId(id) && (this != Group || !id.Contains('/', StringComparison.Ordinal)) ? $"{Part}/{id}{Extension}" : null;

    // A name that is the same file for everybody: no step up, nothing hidden, no control characters.
    private static bool IsId(string id) =>
        id.Length is > 0 and <= MaxId && !id.Any(c => char.IsControl(c) || c == '\\')
        && id.Split('/').All(part => part.Length > 0 && part[0] != '.');
}
