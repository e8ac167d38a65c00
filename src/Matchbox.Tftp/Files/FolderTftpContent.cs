using System.Collections.Immutable;
using Matchbox.Core.Files;

namespace Matchbox.Tftp.Files;

/// <summary>
/// Files of some folders, each under a prefix. Symlinks are followed and must end inside one of the folders. Case matters. A
/// folder may appear later. Safe for any thread.
/// </summary>
public sealed class FolderTftpContent(IEnumerable<TftpRoot> roots) : ITftpContent
{
    private readonly ImmutableArray<TftpRoot> _roots =
        [.. roots.Select(static root => new TftpRoot(root.Prefix.TrimStart('/'), Path.GetFullPath(root.Folder))).OrderByDescending(static root => root.Prefix.Length)];

    private readonly OpenFiles _files = new();

    public ValueTask<TftpOpening> OpenAsync(TftpFileRequest request, CancellationToken cancellationToken)
    {
        var refusal = TftpRefusal.NotFound;
        foreach (var root in _roots)
        {
            if (!request.Name.StartsWith(root.Prefix, StringComparison.Ordinal) || request.Name.Length == root.Prefix.Length)
            {
                continue;
            }
            var opening = _files.Open(Path.Combine(root.Folder, request.Name[root.Prefix.Length..].TrimStart('/')), IsInside);
            if (opening.File is not null)
            {
                return ValueTask.FromResult(opening);
            }
            refusal = opening.Refusal == TftpRefusal.NotFound ? refusal : opening.Refusal;
        }
        return ValueTask.FromResult(TftpOpening.Refused(refusal));
    }

    /// <summary>The folders may be links themselves: what counts is where they lead at this moment.</summary>
    private bool IsInside(string realPath)
    {
        foreach (var root in _roots)
        {
            if (RealFolder(root.Folder) is { } folder && realPath.StartsWith(folder, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    private static string? RealFolder(string folder)
    {
        // GetFullPath does not resolve links and ResolveLinkTarget only the last part; the kernel does the whole path.
        var path = OpenFiles.RealPath(folder);
        return path is null ? null : path.EndsWith('/') ? path : path + '/';
    }
}
