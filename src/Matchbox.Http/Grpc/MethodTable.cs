using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Matchbox.Http.Grpc.Services;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Grpc;

/// <summary>Every call there is, by its service and name. A message that cannot be read is INVALID_ARGUMENT.</summary>
internal sealed class MethodTable :
    IServiceMethodProvider<GroupsService>, IServiceMethodProvider<ProfilesService>, IServiceMethodProvider<IgnitionService>,
    IServiceMethodProvider<GenericService>, IServiceMethodProvider<SelectService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<GroupsService> context)
    {
        Add(context, "Groups", "GroupPut", GroupPutRequest.Parser, GroupPutResponse.Parser, (service, request, token) => service.PutAsync(request, token));
        Add(context, "Groups", "GroupGet", GroupGetRequest.Parser, GroupGetResponse.Parser, (service, request, token) => service.GetAsync(request, token));
        Add(context, "Groups", "GroupDelete", GroupDeleteRequest.Parser, GroupDeleteResponse.Parser, (service, request, token) => service.DeleteAsync(request, token));
        Add(context, "Groups", "GroupList", GroupListRequest.Parser, GroupListResponse.Parser, (service, request, token) => service.ListAsync(request, token));
    }

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<ProfilesService> context)
    {
        Add(context, "Profiles", "ProfilePut", ProfilePutRequest.Parser, ProfilePutResponse.Parser, (service, request, token) => service.PutAsync(request, token));
        Add(context, "Profiles", "ProfileGet", ProfileGetRequest.Parser, ProfileGetResponse.Parser, (service, request, token) => service.GetAsync(request, token));
        Add(context, "Profiles", "ProfileDelete", ProfileDeleteRequest.Parser, ProfileDeleteResponse.Parser, (service, request, token) => service.DeleteAsync(request, token));
        Add(context, "Profiles", "ProfileList", ProfileListRequest.Parser, ProfileListResponse.Parser, (service, request, token) => service.ListAsync(request, token));
    }

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<IgnitionService> context)
    {
        Add(context, "Ignition", "IgnitionPut", IgnitionPutRequest.Parser, IgnitionPutResponse.Parser, (service, request, token) => service.PutAsync(request, token));
        Add(context, "Ignition", "IgnitionGet", IgnitionGetRequest.Parser, IgnitionGetResponse.Parser, (service, request, token) => service.GetAsync(request, token));
        Add(context, "Ignition", "IgnitionDelete", IgnitionDeleteRequest.Parser, IgnitionDeleteResponse.Parser, (service, request, token) => service.DeleteAsync(request, token));
    }

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<GenericService> context)
    {
        Add(context, "Generic", "GenericPut", GenericPutRequest.Parser, GenericPutResponse.Parser, (service, request, token) => service.PutAsync(request, token));
        Add(context, "Generic", "GenericGet", GenericGetRequest.Parser, GenericGetResponse.Parser, (service, request, token) => service.GetAsync(request, token));
        Add(context, "Generic", "GenericDelete", GenericDeleteRequest.Parser, GenericDeleteResponse.Parser, (service, request, token) => service.DeleteAsync(request, token));
    }

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<SelectService> context)
    {
        Add(context, "Select", "SelectGroup", SelectGroupRequest.Parser, SelectGroupResponse.Parser, (service, request, token) => service.GroupAsync(request, token));
        Add(context, "Select", "SelectProfile", SelectProfileRequest.Parser, SelectProfileResponse.Parser, (service, request, token) => service.ProfileAsync(request, token));
    }

    private static void Add<TService, TRequest, TResponse>(
        ServiceMethodProviderContext<TService> context, string service, string name, MessageParser<TRequest> requests, MessageParser<TResponse> responses,
        Func<TService, TRequest, CancellationToken, Task<TResponse>> call)
        where TService : class
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = new Method<TRequest, TResponse>(MethodType.Unary, $"rpcpb.{service}", name, Of(requests), Of(responses));
        context.AddUnaryMethod(method, [], (instance, request, calling) => call(instance, request, calling.CancellationToken));
    }

    private static Marshaller<T> Of<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => Parse(parser, context));

    private static T Parse<T>(MessageParser<T> parser, DeserializationContext context)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(context.PayloadAsReadOnlySequence());
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw Answer.Malformed($"the request is no {parser.GetType().GenericTypeArguments[0].Name}: {malformed.Message}");
        }
    }
}
