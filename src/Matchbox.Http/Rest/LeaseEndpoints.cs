using Matchbox.Core.Leases;
using Matchbox.Core.Leases.Import;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Http.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest;

/// <summary>Addresses and who has them.</summary>
internal sealed class LeaseEndpoints(LeaseTable leases, ILeaseAdopter adopter, ISubnetSource subnets, MachineRegistry machines, TimeProvider clock)
{
    private const int PageSize = 512;
    private const int LargestImport = 64 << 20;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/leases", ListAsync).RequireAuthorization(AccessPolicies.ViewerOfAll);
        routes.MapPost("/api/v1/leases/import", ImportAsync).RequireAuthorization(AccessPolicies.OperatorOfAll);
    }

    /// <summary>The body is the other server's file. Only addresses of networks that we give addresses on are taken.</summary>
    private async Task ImportAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestImport;
        }
        LeaseFileKind? kind = null;
        if (context.Request.Query["kind"].ToString() is { Length: > 0 } named)
        {
            if (!Enum.TryParse<LeaseFileKind>(named, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed))
            {
                await context.RefuseAsync(StatusCodes.Status400BadRequest, $"'{named}' is none of iscdhcpd, kea, dnsmasq");
                return;
            }
            kind = parsed;
        }
        try
        {
            using var reader = new StreamReader(context.Request.Body);
            using var text = new StringReader(await reader.ReadToEndAsync(context.RequestAborted));
            var read = LeaseImport.Read(text, clock.GetUtcNow(), kind);
            var table = subnets.Current;
            var ours = read.Leases.Where(lease => table.Containing(lease.Address) is { Mode: SubnetMode.Authoritative }).ToArray();
            var taken = await adopter.AdoptAsync(ours, context.RequestAborted);
            await context.AnswerAsync(
                new ImportResult(
                    read.Kind.ToString(), taken.Count, ours.Length - taken.Count, read.Leases.Length - ours.Length,
                    [.. read.Faults.Select(fault => new ImportFault(fault.Line, fault.Message))]),
                RestJson.Default.ImportResult);
        }
        catch (FormatException fault)
        {
            await context.RefuseAsync(StatusCodes.Status400BadRequest, fault.Message);
        }
        catch (BadHttpRequestException refused)
        {
            await context.RefuseAsync(refused.StatusCode, $"the file is too large: {LargestImport >> 20} MiB at most");
        }
        catch (IOException failure)
        {
            await context.RefuseAsync(StatusCodes.Status507InsufficientStorage, $"not all could be stored, import again when there is space: {failure.Message}");
        }
    }

    private Task ListAsync(HttpContext context)
    {
        var all = context.Request.Query["all"].ToString() is "1" or "true";
        var rows = new List<LeaseView>();
        var cursor = 0;
        while (leases.Page(ref cursor, PageSize) is { IsEmpty: false } page)
        {
            rows.AddRange(all ? page : page.Where(view => view.Standing is LeaseStanding.Bound or LeaseStanding.Declined));
        }
        return context.AnswerAsync(new LeaseList([.. rows.OrderBy(view => view.Lease.Address).Select(RowOf)]), RestJson.Default.LeaseList);
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
