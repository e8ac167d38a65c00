using System.Globalization;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest;

/// <summary>The networks that the settings name, and the addresses that they reserve. Read only: the settings file is the truth.</summary>
internal sealed class NetworkEndpoints(ISubnetSource subnets, MachinePolicies policies, MachineRegistry machines)
{
    private const string Tag = "Networks";

    public void Map(RestRoutes rest)
    {
        rest.ViewerOfAll.MapGet("/subnets", Subnets)
            .Describe("listSubnets", Tag, "List the networks that we were told of", "They are declared in the settings, and changed there.");
        rest.ViewerOfAll.MapGet("/reservations", Reservations)
            .Describe("listReservations", Tag, "List reserved addresses", "They are those of machines that the settings declare, and are changed there.");
    }

    private Ok<SubnetList> Subnets() => TypedResults.Ok(new SubnetList([.. subnets.Current.All.Select(subnet => new SubnetView
    {
        Network = subnet.Network.ToString(),
        Interface = subnet.Interface,
        Mode = subnet.Mode.ToString().ToLowerInvariant(),
        Advertise = subnet.Advertise?.ToString(),
        Pools = [.. subnet.Pools.Select(TextOf)],
        KnownPools = [.. subnet.KnownPools.Select(TextOf)],
        Relays = [.. subnet.Relays.Select(relay => relay.ToString())],
        LeaseSeconds = (long)subnet.LeaseTime.TotalSeconds,
        Unknown = subnet.Unknown.ToString().ToLowerInvariant(),
        Loader = subnet.Loader.ToString().ToLowerInvariant(),
    })]));

    private Ok<ReservationList> Reservations()
    {
        var rows = policies.ByMac.Values.Distinct().Where(declared => !declared.Address.IsAny).OrderBy(declared => declared.Address);
        return TypedResults.Ok(new ReservationList([.. rows.Select(declared => new ReservationView(
            declared.Address.ToString(),
            [.. declared.Macs.Select(mac => mac.ToString())],
            declared.Macs.IsEmpty ? null : machines.ByMac(declared.Macs[0])?.Id,
            declared.Name,
            subnets.Current.Containing(declared.Address)?.Network.ToString(),
            "settings"))]));
    }

    private static string TextOf(AddressRange range) => range.Count == 1 ? range.First.ToString() : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}");
}
