using Google.Protobuf.Collections;
using Grpc.Core;
using Matchbox.Core.Catalogs;
using Matchbox.Http.Grpc.Documents;
using Matchbox.Http.Grpc.Wire;
using Group = Matchbox.Http.Grpc.Wire.Group;
using Profile = Matchbox.Http.Grpc.Wire.Profile;

namespace Matchbox.Http.Grpc.Services;

/// <summary>
/// rpcpb.Select: what a machine of those labels would get, by the catalog in use. Labels are compared as they are sent; the selectors'
/// MACs are normalised.
/// </summary>
internal sealed class SelectService(DocumentTree tree, ICatalogSource catalogs)
{
    private const string NoGroup = "matchbox: No matching Group", NoProfile = "matchbox: No matching Profile";

    public Task<SelectGroupResponse> GroupAsync(SelectGroupRequest request, GrpcCall call)
    {
        tree.Require(GroupsService.Part);
        var group = Select(request.Labels);
        var written = AsWritten(group, call);
        return written is null && !call.SeesAll ? throw Answer.NotFound(NoGroup) : Task.FromResult(new SelectGroupResponse { Group = written ?? GroupText.Of(group) });
    }

    // Without a folder of groups there is no group, here alone.
    public Task<SelectProfileResponse> ProfileAsync(SelectProfileRequest request, GrpcCall call) =>
        Task.FromResult(new SelectProfileResponse { Profile = ProfileOf(Select(request.Labels), call) });

    private Profile ProfileOf(Core.Catalogs.Group group, GrpcCall call)
    {
        if (!call.SeesAll && AsWritten(group, call) is null)
        {
            throw Answer.NotFound(NoGroup);
        }
        try
        {
            return ProfilesService.Get(tree, group.Profile, call);
        }
        catch (RpcException)
        {
            throw Answer.NotFound(NoProfile);
        }
    }

    private Core.Catalogs.Group Select(MapField<string, string> sent)
    {
        var labels = new Labels();
        foreach (var (key, value) in sent)
        {
            labels.AddAsSent(key, value);
        }
        return catalogs.Current.SelectAsSent(labels) ?? throw Answer.NotFound(NoGroup);
    }

    // The document's own text where it is the group in use: an id that it leaves out is left out here too.
    private Group? AsWritten(Core.Catalogs.Group group, GrpcCall call)
    {
        try
        {
            var written = GroupsService.Get(tree, group.Id, call);
            return (written.Id.Length == 0 || written.Id == group.Id) && written.Profile == group.Profile
                && written.Selector.Count == group.Selector.Count && group.Selector.All(pair => written.Selector.TryGetValue(pair.Key, out var value) && value == pair.Value)
                ? written
                : null;
        }
        catch (RpcException)
        {
            return null;
        }
    }
}
