using Matchbox.Core.Leases;
using Matchbox.Core.Machines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest;

/// <summary>Addresses and who has them.</summary>
internal sealed class LeaseEndpoints(LeaseTable leases, MachineRegistry machines)
{
    private const int PageSize = 512;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/leases", ListAsync);

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
