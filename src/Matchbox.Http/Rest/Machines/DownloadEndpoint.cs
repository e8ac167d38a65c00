using System.Collections.Immutable;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest;

/// <summary>A file that a machine loads, or has loaded, over HTTP.</summary>
/// <param name="File">Its path on the boot listener.</param>
/// <param name="Sent">Octets that were sent.</param>
/// <param name="Total">All of its octets.</param>
/// <param name="Rate">Octets a second.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="EndedAt">When it ended; absent: it runs.</param>
public sealed record DownloadView(string File, long Sent, long Total, long Rate, DateTimeOffset StartedAt, DateTimeOffset? EndedAt)
{
    public static DownloadView Of(DownloadProgress progress) =>
        new(progress.File, progress.Sent, progress.Total, (long)progress.Rate, progress.StartedAt, progress.EndedAt);
}

public sealed record DownloadList(ImmutableArray<DownloadView> Downloads);

/// <summary><c>GET /machines/{id}/downloads</c>: how far the files of its present boot are.</summary>
internal sealed class DownloadEndpoint(MachineRegistry machines, BootDownloads downloads)
{
    public void Map(RestRoutes rest) => rest.Viewer.MapGet("/machines/{id}/downloads", Show).RequireOnMachine(Role.Viewer)
        .Describe("listDownloads", "Machines", "Show what a machine loads in its present boot", "Loaders, kernels and initrds over HTTP, with octets and rate; the last 16 of the present boot, kept in memory.")
        .Produces<DownloadList>()
        .Shows("""{ "downloads": [ { "file": "/assets/vmlinuz", "sent": 4194304, "total": 12582912, "rate": 1048576, "startedAt": "2026-03-01T12:00:00Z" } ] }""")
        .Fails(ProblemKind.NotFound);

    private Ok<DownloadList> Show(string id)
    {
        var machine = machines.Resolve(id)
            ?? throw new ProblemException(ProblemKind.NotFound, $"no machine, or more than one, is called '{id}': `matchbox machines` lists them");
        return TypedResults.Ok(new DownloadList([.. machine.Macs.SelectMany(mac => downloads.Of(mac)).Select(DownloadView.Of)]));
    }
}
