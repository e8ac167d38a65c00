using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Matchbox.Core.Catalogs.Documents;

/// <summary>Paths of documents: clean, below one part of poseidon/matchbox's layout, ordered by their octets.</summary>
public static class DocumentPath
{
    public const string Groups = "groups";
    public const string Profiles = "profiles";
    public const string Ignition = "ignition";
    public const string Generic = "generic";
    public const string Cloud = "cloud";

    /// <summary>What the files that we are just writing are called first; they are never documents.</summary>
    internal const string TemporaryPrefix = ".matchbox-";

    // What a file system takes for one name, and what a store can index.
    private const int MaxName = 255;
    private const int MaxPath = 1000;

    /// <summary>The parts of the layout, in an order in which what is written first is named by what comes later.</summary>
    public static IReadOnlyList<string> Parts { get; } = [Ignition, Generic, Cloud, Profiles, Groups];

    /// <summary>Orders paths by their UTF-8 octets.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>
    /// The clean path of a document: dots are resolved as if the layout were the root, so that nothing climbs out of it.
    /// </summary>
    /// <param name="path">Such as <c>groups/rack1.json</c>.</param>
    /// <param name="clean">The path as documents have it.</param>
    /// <param name="why">Why no document can be there.</param>
    public static bool TryClean(string path, [NotNullWhen(true)] out string? clean, [NotNullWhen(false)] out string? why)
    {
        clean = null;
        why = null;
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            why = "the path holds a NUL";
        }
        else if (DeclaredBytes.Clean("", path) is not { } resolved || !IsDocument(resolved))
        {
            why = $"'{path}' is no place of a document: that is a name below {string.Join("/, ", Parts)}/, such as groups/rack1.json";
        }
        else if (Encoding.UTF8.GetByteCount(resolved) > MaxPath || resolved.Split('/').Any(name => Encoding.UTF8.GetByteCount(name) > MaxName))
        {
            why = $"the path is too long: a name has {MaxName} octets at most, and all of it {MaxPath}";
        }
        else
        {
            clean = resolved;
        }
        return clean is not null;
    }

    /// <summary>The part of the layout that a clean path is in; empty: in none.</summary>
    public static string PartOf(string path) => Parts.FirstOrDefault(part => IsIn(part, path)) ?? "";

    /// <summary>Whether a clean path is below that part.</summary>
    public static bool IsIn(string part, string path) =>
        path.Length > part.Length + 1 && path[part.Length] == '/' && path.StartsWith(part, StringComparison.Ordinal);

    /// <summary>Whether a group or profile file stands right in its part, where it is found without being named.</summary>
    internal static bool IsListed(string part, string path) => path.IndexOf('/', part.Length + 1) < 0;

    /// <summary>Whether a path among groups or profiles is not of a name that is read as one.</summary>
    internal static bool IsUnread(string path) => !IsJson(path) && (IsIn(Groups, path) || IsIn(Profiles, path));

    /// <summary>Whether a group or profile file has the name of one.</summary>
    internal static bool IsJson(string path) => path.EndsWith(".json", StringComparison.Ordinal);

    /// <summary>
    /// Names that are no documents whoever made them: Kubernetes' versions of a volume (<c>..data</c>), the lock links of Emacs, and
    /// what is still being written.
    /// </summary>
    internal static bool IsPassing(ReadOnlySpan<char> name) => name.StartsWith("..") || name.StartsWith(".#") || name.StartsWith(TemporaryPrefix);

    private static bool IsDocument(string path)
    {
        if (PartOf(path).Length == 0)
        {
            return false;
        }
        foreach (var name in path.AsSpan().Split('/'))
        {
            if (IsPassing(path.AsSpan(name)))
            {
                return false;
            }
        }
        return true;
    }

    private static int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return string.CompareOrdinal(x, y);
        }
        var common = x.AsSpan().CommonPrefixLength(y);
        return common == x.Length || common == y.Length ? x.Length.CompareTo(y.Length) : Weight(x[common]).CompareTo(Weight(y[common]));
    }

    // Surrogates stand for the highest code points, behind all others.
    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x1_0000 : unit;
}
