using Matchbox.Core.Leases;
using Matchbox.Core.Leases.Import;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest;

/// <summary>Addresses and who has them.</summary>
internal sealed class LeaseEndpoints(LeaseTable leases, ILeaseAdopter adopter, ISubnetSource subnets, MachineRegistry machines, TimeProvider clock)
{
    private const string Tag = "Networks";
    private const int PageSize = 512;
    private const int LargestImport = 64 << 20;

    public void Map(RestRoutes rest)
    {
        rest.ViewerOfAll.MapGet("/leases", List)
            .Describe("listLeases", Tag, "List addresses and who has them", "With `all`, also those that have expired or were released.")
            .Fails(ProblemKind.InvalidRequest);
        rest.OperatorOfAll.MapPost("/leases/import", ImportAsync)
            .Describe("importLeases", Tag, "Take over the leases of another DHCP server",
                "The body is its file: `dhcpd.leases`, Kea's memfile or that of dnsmasq. Only addresses of networks that we give addresses on are taken.")
            .Takes<string>("\"\"", "*/*")
            .Fails(ProblemKind.InvalidRequest, ProblemKind.TooLarge, ProblemKind.StoreFailed);
    }

    private async Task<IResult> ImportAsync(HttpContext context, string? kind)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestImport;
        }
        LeaseFileKind? named = null;
        if (!string.IsNullOrEmpty(kind))
        {
            if (!Enum.TryParse<LeaseFileKind>(kind, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed))
            {
                return ProblemKind.InvalidRequest.Tell($"'{kind}' is none of iscdhcpd, kea, dnsmasq");
            }
            named = parsed;
        }
        try
        {
            using var reader = new StreamReader(context.Request.Body);
            using var text = new StringReader(await reader.ReadToEndAsync(context.RequestAborted));
            var read = LeaseImport.Read(text, clock.GetUtcNow(), named);
            var table = subnets.Current;
            var ours = read.Leases.Where(lease => table.Containing(lease.Address) is { Mode: SubnetMode.Authoritative }).ToArray();
            var taken = await adopter.AdoptAsync(ours, context.RequestAborted);
            return TypedResults.Ok(new ImportResult(
                read.Kind.ToString(), taken.Count, ours.Length - taken.Count, read.Leases.Length - ours.Length,
                [.. read.Faults.Select(fault => new ImportFault(fault.Line, fault.Message))]));
        }
        catch (FormatException fault)
        {
            return ProblemKind.InvalidRequest.Tell(fault.Message);
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ProblemKind.TooLarge.Tell($"the file is too large: {LargestImport >> 20} MiB at most");
        }
        catch (IOException failure) when (failure is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            return ProblemKind.StoreFailed.Tell($"not all could be stored, import again when there is space: {failure.Message}");
        }
    }

    private Ok<LeaseList> List(HttpContext context, string? all, int? limit, string? cursor)
    {
        _ = (limit, cursor);
        var everything = all is "" or "1" or "true" or "yes";
        var rows = new List<LeaseView>();
        var at = 0;
        while (leases.Page(ref at, PageSize) is { IsEmpty: false } page)
        {
            rows.AddRange(everything ? page : page.Where(view => view.Standing is LeaseStanding.Bound or LeaseStanding.Declined));
        }
        // Who asks for no page gets all of them, as the command line does.
        var (items, next) = Paging.PageOf(context, rows.OrderBy(view => view.Lease.Address), view => view.Lease.Address.Value.ToString("x8", null), otherwise: int.MaxValue);
        return TypedResults.Ok(new LeaseList([.. items.Select(RowOf)], next));
    }

    private LeaseRow RowOf(LeaseView view)
    {
        var machine = machines.ByMac(view.Lease.Hardware);
        return new LeaseRow
        {
            Address = view.Lease.Address.ToString(),
            Mac = view.Lease.Hardware.ToString(),
            State = view.Standing.ToString().ToLowerInvariant(),
            Machine = machine is null ? null : machine.Name.Length > 0 ? machine.Name : machine.Id,
            HostName = view.Lease.HostName,
            ClientId = view.Lease.ClientId.IsDefaultOrEmpty ? null : Convert.ToHexStringLower(view.Lease.ClientId.AsSpan()),
            Granted = view.Lease.Granted,
            Expires = view.Lease.Expires,
            RemainingSeconds = view.Remaining == Timeout.InfiniteTimeSpan ? -1 : (long)view.Remaining.TotalSeconds,
        };
    }
}
