namespace Matchbox.Butane;

/// <summary>What a path names below a folder of local files. A link is not followed.</summary>
public enum LocalKind
{
    Missing,
    File,
    Folder,
    Link,
    Other,
}

/// <summary>One entry of a folder of local files.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsExecutable">A file that anybody may execute.</param>
/// <param name="Target">Where a link leads to, as it is written there.</param>
public sealed record LocalEntry(string Name, LocalKind Kind, bool IsExecutable = false, string Target = "");

/// <summary>
/// Local files that a config may name (<c>contents.local</c>, trees). Paths are relative to the folder, clean (no <c>.</c>, no
/// <c>..</c>, "" is the folder itself) and separated by slashes. An implementation never leaves the folder, not by a link either.
/// </summary>
public interface ILocalFiles
{
    /// <summary>The folder as the user named it; errors show it.</summary>
    string Name { get; }

    /// <summary>The folder's absolute path, clean; a path in a config may lead through it.</summary>
    string FullName { get; }

    /// <summary>The content of a file, links followed. Otherwise <paramref name="error"/> says why not, in the words of the system ("no such file or directory").</summary>
    bool TryRead(string path, out byte[] contents, out LocalFault error);

    /// <summary>What a path names, links followed.</summary>
    LocalKind Follow(string path);

    /// <summary>What a path names, a link itself not followed.</summary>
    LocalEntry Look(string path);

    /// <summary>The entries of a folder in no order; null when it cannot be read.</summary>
    IReadOnlyList<LocalEntry>? List(string path);
}

/// <summary>Why a local file could not be read.</summary>
/// <param name="Operation">The system call: open, read, stat.</param>
/// <param name="Reason">In the words of the system; null: the path leads out of the folder.</param>
public readonly record struct LocalFault(string Operation, string? Reason);
