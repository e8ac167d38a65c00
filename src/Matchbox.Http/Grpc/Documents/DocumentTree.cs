using System.Text;
using Grpc.Core;
using Matchbox.Core.Access;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Http.Grpc.Documents;

/// <summary>
/// The catalog's documents as poseidon/matchbox's file store shows them: files of a data folder, with the texts of its system
/// calls. Folders are what documents stand in; one that was emptied stays until it is removed or the appliance restarts. Thread-safe.
/// </summary>
/// <param name="dataPath">The folder as it is named in errors; that it has a part is seen there too.</param>
internal sealed class DocumentTree(ICatalogDocuments documents, CatalogRights rights, string dataPath)
{
    private const int MaxName = 255;                    // NAME_MAX, limits.h
    private const int MaxPath = 4095;                   // PATH_MAX without the final NUL
    private const string NotThere = "no such file or directory";
    private const string NotAFolder = "not a directory";
    private const string IsAFolder = "is a directory";
    private const string TooLong = "file name too long";

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>The octets of a document.</summary>
    /// <exception cref="RpcException">It is not there.</exception>
    public ReadOnlyMemory<byte> Read(string part, string name, GrpcCall call)
    {
        var path = PathOf(part, name);
        if (rights.Find(call.Rights, path) is { } document)
        {
            return document.Content;
        }
        throw !call.SeesAll ? Fault("open", path, NotThere) : IsFolder(path) ? Fault("read", path, IsAFolder) : Fault("open", path, WhyMissing(path));
    }

    /// <summary>Names below a part, in the order of their octets: documents, and folders that hold some.</summary>
    /// <exception cref="RpcException">The part is not there.</exception>
    public IReadOnlyList<string> Names(string part, GrpcCall call)
    {
        var names = rights.In(call.Rights, part).Select(document => document.Path[(part.Length + 1)..].Split('/')[0]).ToArray();
        return names.Length > 0 || !call.SeesAll || IsFolder(part) ? [.. names.Distinct().Order(DocumentPath.Order)] : throw Fault("open", part, NotThere);
    }

    /// <summary>Asks for a part to be there.</summary>
    /// <exception cref="RpcException">It is not.</exception>
    public void Require(string part)
    {
        if (documents.In(part).Count == 0 && !IsFolder(part))
        {
            throw Fault("open", part, NotThere);
        }
    }

    /// <summary>Makes or replaces a document.</summary>
    /// <exception cref="RpcException">It cannot be.</exception>
    public async Task WriteAsync(string part, string name, ReadOnlyMemory<byte> content, GrpcCall call)
    {
        var path = PathOf(part, name);
        // A name may climb as poseidon/matchbox lets it; a right for some machines is given by what stands in its own folder.
        if (!DocumentPath.IsIn(part, path) && !AccessRules.HoldsEverywhere(call.Rights, Role.Operator))
        {
            throw Status(StatusCode.PermissionDenied, $"{Shown(path)} was not changed: a right for some machines reaches nothing outside {part}/ by such a name");
        }
        foreach (var folder in FoldersOf(path))
        {
            if (documents.Find(folder) is not null)
            {
                throw Fault("mkdir", folder, NotAFolder);
            }
            if (IsTooLong(folder))
            {
                throw Fault("mkdir", folder, TooLong);
            }
        }
        if (IsFolder(path) || CatalogFolder.Parts.Contains(path))
        {
            throw Fault("open", path, IsAFolder);
        }
        if (IsTooLong(path))
        {
            throw Fault("open", path, TooLong);
        }
        await ChangeAsync(new DocumentChange(path, content), call);
        lock (_lock)
        {
            _folders.UnionWith(FoldersOf(path));
        }
    }

    /// <summary>Removes a document, or a folder that has been emptied.</summary>
    /// <exception cref="RpcException">It is not there, or cannot be removed.</exception>
    public async Task RemoveAsync(string part, string name, GrpcCall call)
    {
        var path = PathOf(part, name);
        if (rights.Find(call.Rights, path) is not null)
        {
            await ChangeAsync(new DocumentChange(path, null), call);
            lock (_lock)
            {
                _folders.UnionWith(FoldersOf(path));
            }
            return;
        }
        if (!call.SeesAll || !AccessRules.HoldsEverywhere(call.Rights, Role.Operator))
        {
            throw Status(StatusCode.PermissionDenied, $"{Shown(path)} belongs to no machine of your part");
        }
        if (!IsFolder(path))
        {
            throw Fault("remove", path, WhyMissing(path));
        }
        lock (_lock)
        {
            if (HoldsSomething(path) || !_folders.Remove(path))
            {
                throw Fault("remove", path, "directory not empty");
            }
        }
    }

    private async Task ChangeAsync(DocumentChange change, GrpcCall call)
    {
        var outcome = await rights.ChangeAsync(call.Rights, [change], DocumentCheck.None, dryRun: false, call.Cancellation);
        if (outcome is ChangeOutcome.Done)
        {
            return;
        }
        throw outcome switch
        {
            ChangeOutcome.Declared => Status(StatusCode.FailedPrecondition,
                $"{Shown(change.Path)} is a file of the declared folder, and calls write the appliance's own store: "
                + "set write-to: folder, or remove the file, or take it over with `matchbox import`"),
            ChangeOutcome.Forbidden forbidden => Status(StatusCode.PermissionDenied, $"{Shown(change.Path)} was not changed: {forbidden.Reason}"),
            ChangeOutcome.Stale => Status(StatusCode.Aborted, $"{Shown(change.Path)} was changed by somebody else meanwhile: try again"),
            ChangeOutcome.Refused refused => Status(StatusCode.InvalidArgument, string.Join("; ", refused.Faults)),
            ChangeOutcome.Failed failed => Status(StatusCode.Unknown, failed.Reason),
            _ => Status(StatusCode.Unknown, $"{Shown(change.Path)} was not written"),
        };
    }

    // As if the data folder were the root: dots are resolved and nothing climbs out.
    private static string PathOf(string part, string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw Status(StatusCode.Unknown, "invalid character in file path");
        }
        var names = new List<string>();
        foreach (var step in $"{part}/{name}".Split('/'))
        {
            if (step == "..")
            {
                names.RemoveRange(Math.Max(names.Count - 1, 0), Math.Min(names.Count, 1));
            }
            else if (step is not ("" or "."))
            {
                names.Add(step);
            }
        }
        return string.Join('/', names);
    }

    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }
    }

    private bool IsFolder(string path)
    {
        lock (_lock)
        {
            if (path.Length == 0 || _folders.Contains(path))
            {
                return true;
            }
        }
        return HoldsSomething(path) || Directory.Exists(Path.Combine(dataPath, path));
    }

    private bool HoldsSomething(string path) =>
        documents.In(path.Split('/')[0]).Any(document => document.Path.Length > path.Length && document.Path[path.Length] == '/'
            && document.Path.StartsWith(path, StringComparison.Ordinal))
        || EmptiedBelow(path);

    private bool EmptiedBelow(string path)
    {
        lock (_lock)
        {
            return _folders.Any(folder => folder.Length > path.Length && folder[path.Length] == '/' && folder.StartsWith(path, StringComparison.Ordinal));
        }
    }

    private string WhyMissing(string path) =>
        FoldersOf(path).Any(folder => documents.Find(folder) is not null) ? NotAFolder : IsTooLong(path) ? TooLong : NotThere;

    private bool IsTooLong(string path) =>
        Encoding.UTF8.GetByteCount(Shown(path)) > MaxPath || path.Split('/').Any(name => Encoding.UTF8.GetByteCount(name) > MaxName);

    private string Shown(string path) => path.Length == 0 ? dataPath : $"{dataPath.TrimEnd('/')}/{path}";

    private RpcException Fault(string call, string path, string reason) => Status(StatusCode.Unknown, $"{call} {Shown(path)}: {reason}");

    private static RpcException Status(StatusCode code, string text) => new(new Status(code, text));
}
