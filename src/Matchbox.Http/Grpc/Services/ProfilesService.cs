using Grpc.Core;
using Matchbox.Http.Grpc.Documents;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Grpc.Services;

/// <summary>rpcpb.Profiles: profiles as documents.</summary>
internal sealed class ProfilesService(DocumentTree tree)
{
    private const string Part = "profiles";

    public async Task<ProfilePutResponse> PutAsync(ProfilePutRequest request, GrpcCall call)
    {
        if (request.Profile is not { } profile)
        {
            throw Answer.Malformed("ProfilePut needs a profile: send one with an id");
        }
        Answer.Require(profile.Id.Length > 0, ProfileText.IdRequired);
        var text = ProfileText.Write(profile, out var fault) ?? throw Answer.Unknown(fault);
        await tree.WriteAsync(Part, $"{profile.Id}.json", text, call);
        return new ProfilePutResponse();
    }

    public Task<ProfileGetResponse> GetAsync(ProfileGetRequest request, GrpcCall call) =>
        Task.FromResult(new ProfileGetResponse { Profile = Get(tree, request.Id, call) });

    public async Task<ProfileDeleteResponse> DeleteAsync(ProfileDeleteRequest request, GrpcCall call)
    {
        await tree.RemoveAsync(Part, $"{request.Id}.json", call);
        return new ProfileDeleteResponse();
    }

    public Task<ProfileListResponse> ListAsync(ProfileListRequest request, GrpcCall call) =>
        Task.FromResult(new ProfileListResponse { Profiles = { Answer.Readable(tree.Names(Part, call), id => Get(tree, id, call)) } });

    /// <summary>The profile of that name.</summary>
    /// <exception cref="RpcException">It is not there, or broken.</exception>
    public static Profile Get(DocumentTree tree, string id, GrpcCall call) =>
        ProfileText.Read(tree.Read(Part, $"{id}.json", call).Span, out var fault) ?? throw Answer.Unknown(fault);
}
